package apidrive.manifest;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Writes {@code .apidrive} files: the original's members, then {@code Size} and {@code Digest}; a line a chunk. */
public final class ManifestWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private ManifestWriter() {
    }

    /** Writes the files onto {@code out}, which is flushed and stays open. */
    public static void write(List<Manifest> files, OutputStream out) throws IOException {
        JsonGenerator generator = JSON.createGenerator(out);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        try (generator) {
            generator.writeStartObject();
            for (Manifest file : files) {
                generator.writeArrayFieldStart(file.name());
                for (int order = 0; order < file.count(); order++) {
                    generator.writeRaw('\n');
                    entry(generator, order, file.id(order), file.urls(order), file.size(order), file.digest(order));
                }
                generator.writeEndArray();
            }
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
    }

    /**
     * As the other for one file whose chunks come one after another, none of them held; each is retrieved at all of {@code urls}. What
     * ends early, since a chunk is not to be had, is no JSON.
     */
    public static void write(String name, Iterator<TreeWalk.Leaf> chunks, List<URI> urls, OutputStream out) throws IOException {
        JsonGenerator generator = JSON.createGenerator(out);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        try (generator) {
            generator.writeStartObject();
            generator.writeArrayFieldStart(name);
            for (int order = 0; chunks.hasNext(); order++) {
                TreeWalk.Leaf chunk = chunks.next();
                generator.writeRaw('\n');
                entry(generator, order, ChunkId.of(chunk.digest()), urls, OptionalInt.of(chunk.size()), Optional.of(chunk.digest()));
            }
            generator.writeEndArray();
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
    }

    private static void entry(JsonGenerator generator, int order, ChunkId id, List<URI> urls, OptionalInt size,
            Optional<Digest> digest) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("Id", id.toString().toUpperCase(Locale.ROOT));
        generator.writeNumberField("Order", order);
        int number = 0;
        for (URI url : urls) {
            generator.writeStringField("URL" + ++number, url.toString());
        }
        if (size.isPresent()) {
            generator.writeNumberField("Size", size.getAsInt());
        }
        if (digest.isPresent()) {
            generator.writeStringField("Digest", digest.get().toString());
        }
        generator.writeEndObject();
    }
}
