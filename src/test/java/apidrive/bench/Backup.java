package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A whole database into one file by Debian's {@code pg_dump}, which the embedded PostgreSQL does not bring. */
final class Backup {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final Pattern MOST_RESIDENT = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final long LOOK_MILLIS = 20;

    private final Stage stage;

    Backup(Stage stage) {
        this.stage = stage;
    }

    /** Seconds, megabytes of the file, and the most that the program held in memory. */
    String measure(String database) throws Exception {
        Optional<Path> program = program();
        if (program.isEmpty()) {
            return "no pg_dump here (Debian's package postgresql)";
        }
        Path file = stage.folder().resolve(database + ".dump");
        ProcessBuilder builder = new ProcessBuilder(program.get().toString(), "-Fc", "-Z0", "-f", file.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(stage.databases().environment(database));
        long began = System.nanoTime();
        Process dump = builder.start();
        long most = 0;
        while (!dump.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            most = Math.max(most, mostResident(dump.pid()));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (dump.exitValue() != 0) {
            throw new IOException("pg_dump of " + database + " failed");
        }
        return Markdown.format("%.1f, %.0f, %.0f", seconds, Files.size(file) / 1e6, most / 1e3);
    }

    private static Optional<Path> program() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin/pg_dump")).filter(Files::isExecutable).max(Path::compareTo);
        }
    }

    /** In kB; 0 once it has ended. */
    private static long mostResident(long pid) {
        try {
            Matcher line = MOST_RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
            return line.find() ? Long.parseLong(line.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
