package apidrive.manifest;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;

/** Writes a manifest, one entry a line. */
public final class ManifestWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private ManifestWriter() {
    }

    /** Writes one file's manifest; {@code out} stays open. */
    public static void write(Manifest manifest, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            json.writeStartObject();
            json.writeArrayFieldStart(manifest.name());
            for (Entry entry : manifest.entries()) {
                json.writeRaw("\n");
                json.writeStartObject();
                json.writeStringField("Id", entry.id().toString().toUpperCase(Locale.ROOT));
                json.writeNumberField("Order", entry.order());
                for (int i = 0; i < entry.urls().size(); i++) {
                    json.writeStringField("URL" + (i + 1), entry.urls().get(i));
                }
                if (entry.size() != Entry.UNKNOWN) {
                    json.writeNumberField("Size", entry.size());
                }
                if (entry.digest().isPresent()) {
                    json.writeStringField("Digest", entry.digest().get().toString());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw("\n");
        }
    }
}
