package apidrive.client;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestWriter;

/** Writes {@code .apidrive} files: whole and flushed, or not at all. */
final class ManifestFile {
    private static final String NEW = ".new";

    private ManifestFile() {
    }

    /** Replaces what is there. */
    static void write(List<Manifest> files, Path path) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + NEW);
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
             OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            ManifestWriter.write(files, stream);
            stream.flush();
            channel.force(true);
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    }
}
