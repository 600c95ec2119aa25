package apidrive.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;

/** What a run starts, each when it is first needed; all of it is stopped and removed at the end. */
final class Stage implements AutoCloseable {
    /** Databases: of bare JDBC, of nodes that store, of nodes that hold what is retrieved. */
    static final String BARE = "bench_bare";
    static final String STORED = "bench_stored";
    static final String KEPT = "bench_kept";

    private static final String MANY_SLOTS = "100000000";
    private static final String NO_NEAR_RATE = "1000000000";  // counted as ever, but no run comes near it
    private static final int DELETE_ATTEMPTS = 10;
    private static final long DELETE_PAUSE_MILLIS = 1_000;

    /** How a server is made in a folder of its own. */
    interface Maker<T> {
        T make(Path folder) throws Exception;
    }

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Plan plan;
    private final Path folder;
    private final Lazy<Databases> databases;
    private final Lazy<HikariDataSource> pool;

    Stage(Plan plan) throws IOException {
        this.plan = plan;
        this.folder = Files.createTempDirectory("apidrive-bench-");
        push(() -> delete(folder));
        this.databases = new Lazy<>(() -> {
            Databases made = push(new Databases(folder.resolve("postgresql")));
            return plan.profile() == null ? made : made.countStatements();
        });
        this.pool = new Lazy<>(() -> push(databases.get().with(BARE).pool(BARE, plan.clients())));
    }

    Path folder() {
        return folder;
    }

    Databases databases() throws Exception {
        return databases.get();
    }

    /** Connections for bare JDBC, all opened ahead, on a database of their own. */
    Lazy<HikariDataSource> pool() {
        return pool;
    }

    /** A node behind the launcher's Jetty; its database is made where it lacks. */
    Lazy<Server> jetty(String name, String database, String... options) {
        return lazy(name, place -> new NodeProcess(place, databases().with(database), database, options(options)));
    }

    Lazy<Server> tomcat(String name, String database, String... options) {
        return lazy(name, place -> new TomcatProcess(place, databases().with(database), database, options(options)));
    }

    <T extends Server> Lazy<Server> lazy(String name, Maker<T> maker) {
        return new Lazy<>(() -> push(maker.make(folder.resolve(name))));
    }

    /** Every node's options: room and rate enough, what the command line says, and {@code own}. */
    List<String> options(String... own) {
        List<String> options = new ArrayList<>(List.of("--slots=" + MANY_SLOTS, "--rate-chunks=" + NO_NEAR_RATE));
        options.addAll(List.of(own));
        options.addAll(plan.nodeOptions());
        return options;
    }

    /** Will be closed at the end, before what was there earlier. */
    <T extends AutoCloseable> T push(T one) {
        synchronized (started) {
            started.push(one);
        }
        return one;
    }

    /** Stops all but the database, whose connections are few; no one may ask for these servers any more. */
    void endAct() {
        synchronized (started) {
            List<AutoCloseable> servers = started.stream().filter(Server.class::isInstance).toList();
            servers.forEach(Stage::stop);
            started.removeAll(servers);
        }
    }

    /** The last started first, whatever fails. */
    @Override
    public void close() {
        synchronized (started) {
            while (!started.isEmpty()) {
                stop(started.pop());
            }
        }
    }

    private static void stop(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            System.err.println("not stopped in good order: " + e);
        }
    }

    /** Tried again for a while: a server on a busy machine may write its last files after its stop was answered. */
    private static void delete(Path folder) throws Exception {
        for (int attempt = 1; Files.exists(folder); attempt++) {
            try {
                deleteOnce(folder);
            } catch (IOException | UncheckedIOException e) {
                if (attempt == DELETE_ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(DELETE_PAUSE_MILLIS);
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
