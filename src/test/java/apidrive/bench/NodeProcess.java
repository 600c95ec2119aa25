package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import apidrive.sql.EmbeddedDatabase;

/** A node as its operator runs it: {@code java -jar apidrive.war serve}, on a database of the run's server. */
final class NodeProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofMinutes(3);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 10;
    private static final Pattern SERVES = Pattern.compile("API Drive serves at http://[^ ]*:(\\d+)/");
    private static final byte[] READY = HttpConnection.get("/health/ready");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Process process;
    private final Path log;
    private final int port;
    private final Duration startTime;

    /** Returns when the node has given its first answer. {@code settings} are command-line options. */
    NodeProcess(Path folder, Databases databases, String database, String... settings) throws Exception {
        Files.createDirectories(folder);
        log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(java(), "-Djava.io.tmpdir=" + folder, "-jar", war().toString(),
                "serve", "--port", "0", "--data", folder.toString(), "--jdbc-url", databases.jdbcUrl(database),
                "--jdbc-user", EmbeddedDatabase.RUNNER,
                "--jdbc-password-file", databases.passwordFile(EmbeddedDatabase.RUNNER).toString(),
                "--jdbc-owner", EmbeddedDatabase.OWNER,
                "--jdbc-owner-password-file", databases.passwordFile(EmbeddedDatabase.OWNER).toString()));
        command.addAll(List.of(settings));
        long began = System.nanoTime();
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            port = awaitPort(began + START_PATIENCE.toNanos());
            try (HttpConnection connection = new HttpConnection(port)) {
                connection.exchange(READY);
            }
        } catch (Exception e) {
            close();
            throw e;
        }
        startTime = Duration.ofNanos(System.nanoTime() - began);
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static Path war() {
        return Path.of("target", "apidrive.war").toAbsolutePath();
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** From the start of the process to its first answer. */
    Duration startTime() {
        return startTime;
    }

    /** Bytes of memory that the process holds now. */
    long residentBytes() throws IOException {
        Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(pid()), "status")));
        if (!line.find()) {
            throw new IOException("no VmRSS");
        }
        return Long.parseLong(line.group(1)) * 1024;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private int awaitPort(long untilNanos) throws Exception {
        while (process.isAlive() && System.nanoTime() < untilNanos) {
            Matcher line = SERVES.matcher(Files.readString(log));
            if (line.find()) {
                return Integer.parseInt(line.group(1));
            }
            Thread.sleep(LOOK_MILLIS);
        }
        throw new IllegalStateException("the node did not start:\n" + Files.readString(log));
    }
}
