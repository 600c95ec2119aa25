package apidrive.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

import apidrive.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/** A PostgreSQL that flushes what it commits, stops at once when told, and starts again on the same data and port. */
final class CrashablePostgres implements AutoCloseable {
    static final String OWNER = "crash_owner";
    static final String RUNNER = "crash_runner";
    private static final Logger QUIET = Logger.getLogger("io.zonky");

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    /** Starts an empty one whose data is in {@code data}. */
    CrashablePostgres(Path data) throws Exception {
        QUIET.setLevel(Level.OFF);
        this.data = data;
        this.port = Ports.next();
        start();
        try (var connection = server.getPostgresDatabase().getConnection(); var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + OWNER + " LOGIN");
            statement.execute("CREATE ROLE " + RUNNER + " LOGIN");
            statement.execute("CREATE DATABASE crash OWNER " + OWNER);
        }
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/crash";
    }

    void start() throws IOException {
        server = EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).setPort(port)
                .setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on").setPGStartupWait(Duration.ofSeconds(60)).start();
    }

    /** Immediate shutdown: no checkpoint, every connection cut off (SIGQUIT; PostgreSQL manual, 19.5). */
    void crash() throws Exception {
        long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).inheritIO().start().waitFor();
        ProcessHandle.of(pid).ifPresent(process -> process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        server.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
