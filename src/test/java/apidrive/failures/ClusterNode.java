package apidrive.failures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import apidrive.Ports;
import apidrive.launch.WarProcess;
import apidrive.sql.EmbeddedDatabase;

/**
 * One node as its operator runs it: a process of the packaged WAR with a folder, and so a PostgreSQL, of its own. Every way
 * to end it is one that happens: in order, by SIGKILL, by that of its database, with its disk.
 */
final class ClusterNode {
    private static final Duration READY_PATIENCE = Duration.ofMinutes(3);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);
    private static final Duration END_PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_MILLIS = 100;
    private static final String DATABASE = "pgdata-15";

    private final int number;
    private final Path folder;
    private final int port;
    private final PeerProxy proxy;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_PATIENCE).build();
    private Build build;
    private Map<String, String> options = Map.of();
    private volatile WarProcess process;
    private boolean isEnded;
    private int starts;

    /** Node {@code number} of those that the ways lead between; the rest of what it is told comes by {@link #told}. */
    ClusterNode(int number, Path folder, Build build, Ways ways, ToIntFunction<String> numberOf)
            throws IOException {
        this.number = number;
        this.folder = Files.createDirectories(folder);
        this.build = build;
        this.port = Ports.next();
        this.proxy = new PeerProxy(number, port, ways, numberOf);
    }

    int number() {
        return number;
    }

    /** Where other nodes reach it. */
    URI url() {
        return proxy.url();
    }

    /** Where clients reach it, past everything that is between nodes. */
    URI door() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The settings that it begins with from now on, by option. */
    void told(Map<String, String> options) {
        this.options = Map.copyOf(options);
    }

    /** The WAR that it begins with from now on. */
    void use(Build other) {
        build = other;
    }

    /** Starts the process. */
    void begin() throws IOException {
        begin(Map.of());
    }

    /** As {@link #begin()}, with settings that hold this once. Throws after its {@link #end}. */
    synchronized void begin(Map<String, String> once) throws IOException {
        if (isEnded) {
            throw new IllegalStateException("all is being ended");
        }
        Map<String, String> all = new TreeMap<>(options);
        all.putAll(Map.of("--host", "127.0.0.1", "--port", Integer.toString(port), "--url", url().toString(),
                "--data", data().toString()));
        all.putAll(once);
        starts++;
        process = WarProcess.begin(List.of(), folder.resolve("log-" + starts), build.war(), build.known(all));
    }

    /** Returns when it says that it is ready. */
    void awaitReady() throws Exception {
        process.awaitUrl();
        long until = System.nanoTime() + READY_PATIENCE.toNanos();
        while (!isReady()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("node " + number + " does not become ready:\n" + lastWords());
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    boolean isReady() throws InterruptedException {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(door() + path)).header("Accept", "application/json")
                .timeout(ANSWER_PATIENCE).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Presses the button that makes it compare its chunks with every other node's. */
    void askToSync() throws Exception {
        String token = Stock.adminToken(this);
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(door() + "/api/admin/network/sync"))
                .header("Authorization", "Bearer " + token).timeout(ANSWER_PATIENCE)
                .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException("node " + number + " does not compare: " + answer.statusCode() + " " + answer.body());
        }
    }

    /** SIGTERM, and waits for the end. */
    void stop() throws InterruptedException {
        process.stop();
    }

    /** SIGKILL of the WAR; its PostgreSQL stays. */
    void kill() throws InterruptedException {
        process.kill();
    }

    /** SIGKILL of every process of its PostgreSQL: each is the leader of a group of its own. */
    void killPostgres() throws Exception {
        Optional<ProcessHandle> postmaster = postmaster();
        if (postmaster.isPresent()) {
            List<ProcessHandle> all = new ArrayList<>(List.of(postmaster.get()));
            postmaster.get().descendants().forEach(all::add);
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle one : all) {
                one.onExit().get(END_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    boolean runsPostgres() {
        return postmaster().isPresent();
    }

    /** SIGSTOP. */
    void pause() throws IOException, InterruptedException {
        process.signal("STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        process.signal("CONT");
    }

    /** Everything it ever kept is gone; to be called when it does not run. */
    void wipe() throws IOException {
        deleteRecursively(data());
    }

    /** How to ask its PostgreSQL; empty while the node does not run. */
    Optional<EmbeddedDatabase.Running> database() {
        return EmbeddedDatabase.ofRunningNode(data());
    }

    /** The end of its log. */
    String lastWords() throws IOException {
        String log = Files.readString(folder.resolve("log-" + starts));
        return log.substring(Math.max(0, log.length() - 4_000));
    }

    /** Ends it however it is, and leaves no process behind. */
    synchronized void end() throws Exception {
        isEnded = true;  // whoever was about to start it, in another thread, is too late
        proxy.close();
        if (process != null) {
            resume();
            process.close();
            killPostgres();
        }
    }

    static void deleteRecursively(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** By the file that it leaves; a process that got its number since is not taken for it. */
    private Optional<ProcessHandle> postmaster() {
        Path pidFile = data().resolve(DATABASE).resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            return ProcessHandle.of(pid).filter(one -> commandLine(pid).contains(data().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
