package apidrive.door.object;

import java.io.OutputStream;
import java.net.URI;
import java.util.List;

import apidrive.manifest.ManifestWriter;
import apidrive.object.OpenObject;
import apidrive.object.Places;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.StreamingOutput;

/** An object's chunks as a {@code .apidrive} file, which is written as the tree is read. */
final class ManifestExport implements StreamingOutput {
    private final String name;
    private final OpenObject object;
    private final URI retrieve;
    private final Places.Place place;
    private final HttpServletRequest asked;

    /** {@code base} is the address of a server that gives the chunks; the answer to {@code asked} is cut off where the tree cannot be read to its end. */
    ManifestExport(String name, OpenObject object, String base, Places.Place place, HttpServletRequest asked) {
        this.name = name;
        this.object = object;
        this.retrieve = URI.create(base + "/api/drive/retrieve");
        this.place = place;
        this.asked = asked;
    }

    @Override
    public void write(OutputStream out) {
        CutOff.guard(asked, "manifest root=" + object.object().id(), () -> {
            try (place) {
                ManifestWriter.write(name, object.leaves(), List.of(retrieve), out);
            }
        });
    }
}
