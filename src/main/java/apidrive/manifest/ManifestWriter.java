package apidrive.manifest;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

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
                    entry(generator, file, order);
                }
                generator.writeEndArray();
            }
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
    }

    private static void entry(JsonGenerator generator, Manifest file, int order) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("Id", file.id(order).toString().toUpperCase(Locale.ROOT));
        generator.writeNumberField("Order", order);
        int number = 0;
        for (URI url : file.urls(order)) {
            generator.writeStringField("URL" + ++number, url.toString());
        }
        if (file.size(order).isPresent()) {
            generator.writeNumberField("Size", file.size(order).getAsInt());
        }
        if (file.digest(order).isPresent()) {
            generator.writeStringField("Digest", file.digest(order).map(Digest::toString).orElseThrow());
        }
        generator.writeEndObject();
    }
}
