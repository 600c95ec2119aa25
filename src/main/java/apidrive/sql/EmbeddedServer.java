package apidrive.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.logging.Level;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process of an embedded PostgreSQL. Where it ends, killed or crashed, another is started in its place, at the same port. */
final class EmbeddedServer implements AutoCloseable {
    static final String SUPERUSER = "postgres";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    /** Its start says line by line what PostgreSQL prints, under odd names; held here so that the level stays. */
    private static final List<java.util.logging.Logger> TALKERS = List.of(
            java.util.logging.Logger.getLogger("io.zonky"), java.util.logging.Logger.getLogger("java.util.Iterator"));
    /** The major version of the binaries this build carries; data of another one stands in another folder. */
    private static final int MAJOR = 15;
    private static final String HBA = "host all all 127.0.0.1/32 scram-sha-256\n";
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);  // crash recovery reads back up to max_wal_size
    private static final Duration ORPHAN_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(500);  // then it is seen that it ended
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);  // what it began, and still uses its memory, ends meanwhile
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Path folder;
    private final String password;
    private final int connections;
    private EmbeddedPostgres postgres;
    private volatile boolean isClosing;

    private EmbeddedServer(Path folder, String password, int connections) {
        this.folder = folder;
        this.password = password;
        this.connections = connections;
    }

    /** Starts the server whose data is in {@code folder}, made at the first start with this superuser's password. */
    static EmbeddedServer start(Path folder, String password, int connections) throws IOException {
        TALKERS.forEach(talker -> talker.setLevel(Level.WARNING));
        EmbeddedServer server = new EmbeddedServer(folder, password, connections);
        server.begin(settings -> { });
        Thread watch = new Thread(server::watch, "apidrive-database");
        watch.setDaemon(true);
        watch.start();
        return server;
    }

    /** Its first line is the number of the process. */
    static Path pidFile(Path folder) {
        return data(folder).resolve("postmaster.pid");
    }

    /** The same as long as this lives. */
    synchronized int port() {
        return postgres.getPort();
    }

    /** A connection of the superuser, while the server runs. */
    Connection connect() throws SQLException {
        EmbeddedPostgres running;
        synchronized (this) {
            running = postgres;
        }
        return running.getPostgresDatabase().getConnection();
    }

    /** The number of its process. */
    long pid() {
        try {
            return pidOf(pidFile(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it after it wrote all it has. */
    @Override
    public void close() throws IOException {
        isClosing = true;
        synchronized (this) {
            postgres.close();
        }
    }

    private synchronized void begin(Consumer<EmbeddedPostgres.Builder> settings) throws IOException {
        stopOrphan();
        Path passwordFile = Files.createTempFile(folder, "initdb", null);
        try {
            Files.writeString(passwordFile, password);
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(folder.resolve("postgresql").toFile())
                    .setDataDirectory(data(folder))
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(START_PATIENCE)
                    // initdb's last word on authentication counts, so that no start is ever open to other local users
                    .setLocaleConfig("auth", "scram-sha-256")
                    .setLocaleConfig("pwfile", passwordFile.toString())
                    .setDataDirectoryCustomizer(EmbeddedServer::closeToOthers)
                    .setConnectConfig("password", password)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("unix_socket_directories", "")
                    .setServerConfig("max_connections", Integer.toString(connections))
                    .setServerConfig("shared_buffers", "128MB")
                    .setServerConfig("max_wal_size", "2GB");
            settings.accept(builder);
            postgres = builder.start();
        } finally {
            Files.delete(passwordFile);
        }
    }

    /** Looks after the process, which is no child of this one's, as long as it is wanted. */
    private void watch() {
        try {
            while (!isClosing) {
                Thread.sleep(LOOK.toMillis());
                if (!isClosing && process().isEmpty()) {
                    beginAgain();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries until it runs; requests are answered 503 meanwhile, as with any database that is away. */
    private void beginAgain() throws InterruptedException {
        LOG.error("the embedded PostgreSQL has ended, and is started again");
        for (Duration pause = FIRST_PAUSE; !isClosing; pause = longer(pause)) {
            Thread.sleep(pause.toMillis());
            try {
                if (replace()) {
                    LOG.info("the embedded PostgreSQL runs again");
                    return;
                }
            } catch (IOException | IllegalStateException e) {
                LOG.error("the embedded PostgreSQL did not start, and is tried again", e);
            }
        }
    }

    private synchronized boolean replace() throws IOException {
        if (isClosing) {
            return false;
        }
        TALKERS.forEach(talker -> talker.setLevel(Level.OFF));  // that what has ended cannot be stopped
        try {
            postgres.close();
        } finally {
            TALKERS.forEach(talker -> talker.setLevel(Level.WARNING));
        }
        int port = postgres.getPort();
        begin(settings -> settings.setPort(port));
        return true;
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private static void closeToOthers(java.io.File data) {
        try {
            Files.writeString(data.toPath().resolve("pg_hba.conf"), HBA);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A node that was killed leaves its server running; it is ours, since its data is, and it is stopped in good order. */
    private void stopOrphan() throws IOException {
        Path pidFile = pidFile(folder);
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> orphan = process();
        if (orphan.isEmpty()) {
            if (ProcessHandle.of(pidOf(pidFile)).isPresent()) {  // another program's number by now: PostgreSQL would take it for its own
                Files.delete(pidFile);
            }
            return;  // else PostgreSQL knows by the file whether anything of the last server still runs
        }
        LOG.info("stopping the PostgreSQL that an earlier node left pid={}", orphan.get().pid());
        orphan.get().destroy();
        try {
            orphan.get().onExit().get(ORPHAN_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            orphan.get().destroyForcibly();
            orphan.get().onExit().join();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("interrupted while stopping an earlier PostgreSQL", e);
        }
    }

    private static Path data(Path folder) {
        return folder.resolve("pgdata-" + MAJOR);
    }

    private static long pidOf(Path pidFile) throws IOException {
        return Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    }

    /** The server on this data, and no process that has got its number since; empty where it has ended. */
    private Optional<ProcessHandle> process() {
        try {
            return ProcessHandle.of(pidOf(pidFile(folder))).filter(this::isOurs);
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();  // no such file, or only half of one
        }
    }

    private boolean isOurs(ProcessHandle process) {
        String data = data(folder).toString();
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).contains(data);
        } catch (IOException e) {
            return process.info().commandLine().filter(line -> line.contains(data)).isPresent();
        }
    }
}
