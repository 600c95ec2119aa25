package apidrive.door.object;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.manifest.ManifestWriter;
import apidrive.object.OpenObject;
import apidrive.object.Places;
import apidrive.problem.ProblemException;
import apidrive.sql.SqlFailure;
import jakarta.ws.rs.core.StreamingOutput;

/** An object's chunks as a {@code .apidrive} file, which is written as the tree is read. */
final class ManifestExport implements StreamingOutput {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestExport.class);

    private final String name;
    private final OpenObject object;
    private final URI retrieve;
    private final Places.Place place;
    private final Runnable cutOff;

    /** {@code base} is the address of a server that gives the chunks; {@code cutOff} runs when the tree cannot be read to its end. */
    ManifestExport(String name, OpenObject object, String base, Places.Place place, Runnable cutOff) {
        this.name = name;
        this.object = object;
        this.retrieve = URI.create(base + "/api/drive/retrieve");
        this.place = place;
        this.cutOff = cutOff;
    }

    @Override
    public void write(OutputStream out) {
        try (place) {
            ManifestWriter.write(name, object.leaves(), List.of(retrieve), out);
        } catch (IOException e) {
            LOG.debug("a reader broke off", e);
        } catch (ProblemException | SqlFailure e) {
            LOG.warn("manifest broken off root={}: {}", object.object().id(), e.getMessage());
            cutOff.run();
        } catch (RuntimeException e) {
            LOG.error("manifest broken off root={}", object.object().id(), e);  // thrown on, it would be answered in the middle of this answer
            cutOff.run();
        }
    }
}
