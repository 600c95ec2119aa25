package apidrive.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;

/** Reads the manifests that a user names. */
final class ManifestFile {
    private ManifestFile() {
    }

    /** The files that {@code path} describes, at least one. */
    static List<Manifest> read(Path path) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            List<Manifest> files = new ManifestReader().read(in);
            if (files.isEmpty()) {
                throw Failure.failed(path + " describes no file");
            }
            return files;
        } catch (NoSuchFileException e) {
            throw Failure.failed("there is no file " + path, e);
        }
    }
}
