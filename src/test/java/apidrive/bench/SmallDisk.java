package apidrive.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A file system of its own within a file, so that it can be filled to the last byte; needs root. */
final class SmallDisk implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("/usr/sbin/mkfs.ext4", "/usr/bin/mount", "/usr/bin/umount");
    private static final int STEP = 1 << 20;  // bytes of ballast at a time, halved where no more of them fit

    private final Path image;
    private final Path folder;
    private final Path ballast;

    SmallDisk(Path place, long bytes) throws Exception {
        image = place.resolve("disk.image");
        folder = Files.createDirectories(place.resolve("disk"));
        ballast = folder.resolve("ballast");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        run("mount", "-o", "loop", image.toString(), folder.toString());
    }

    /** Why there can be none here; empty where there can. */
    static Optional<String> missing() {
        boolean able = "root".equals(System.getProperty("user.name"))
                && PROGRAMS.stream().allMatch(program -> Files.isExecutable(Path.of(program)));
        return able ? Optional.empty() : Optional.of("a disk to fill needs root and " + String.join(", ", PROGRAMS));
    }

    Path folder() {
        return folder;
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /** Takes all that is free. */
    void fill() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(STEP);
        try (FileChannel out = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int step = STEP; step > 0; ) {
                try {
                    out.write(zeros.clear().limit(step));
                } catch (IOException e) {
                    step /= 2;  // no such piece fits any more
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        run("umount", folder.toString());
        Files.delete(image);
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }
}
