package apidrive.failures;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import apidrive.wire.Format;

/** A network of real processes in three zones, each node with its own folder and database, a {@link PeerProxy} before each. */
final class Cluster implements AutoCloseable {
    /** Copies that every chunk is to have. */
    static final int COPIES = 3;
    /** How long a node may be dead before its chunks are copied elsewhere. */
    static final Duration HEAL_DELAY = Duration.ofSeconds(5);
    /** Within this a node that does not answer is called dead by the others, with these settings. */
    static final Duration DEATH = Duration.ofSeconds(8);
    private static final int ZONES = 3;
    private static final int KEY_BYTES = 32;
    private static final int UNKNOWN = -1;
    private static final long LOOK_MILLIS = 500;
    private static final Duration SYNC_AFTER = Duration.ofSeconds(8);

    private final Path folder;
    private final Build build;
    private final Ways ways;
    private final List<ClusterNode> nodes = new ArrayList<>();
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private final Thread atExit = new Thread(this::endAndDelete, "cluster-exit");

    /** Of {@code size} nodes that share a key when {@code isClosed}; none runs yet. */
    Cluster(Path folder, int size, boolean isClosed, Build build) throws IOException {
        this.folder = folder;
        this.build = build;
        this.ways = new Ways(size);
        for (int number = 0; number < size; number++) {
            nodes.add(new ClusterNode(number, folder.resolve("node-" + number), build, ways,
                    id -> numbers.getOrDefault(id, UNKNOWN)));
        }
        Map<String, String> common = new TreeMap<>(Map.of("--network", "failures", "--allow-private-peers", "true",
                "--gossip-period", "PT0.2S", "--heal-delay", HEAL_DELAY.toString(), "--copies", Integer.toString(COPIES),
                "--ack", "2", "--slots", "1000000", "--weight", "1000", "--cache-bytes", "0", "--rate-chunks", "0"));
        if (isClosed) {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            Path file = Files.writeString(folder.resolve("network.key"), HexFormat.of().formatHex(key));
            common.put("--network-key-file", file.toString());
        }
        for (ClusterNode node : nodes) {
            Map<String, String> own = new TreeMap<>(common);
            own.put("--zone", "zone-" + node.number() % ZONES);
            own.put("--join", nodes.stream().filter(other -> other != node).map(other -> other.url().toString())
                    .collect(Collectors.joining(",")));
            node.told(own);
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts all, and returns when each knows each, where the build knows of others. */
    void start() throws Exception {
        for (ClusterNode node : nodes) {
            node.begin();
        }
        for (ClusterNode node : nodes) {
            awaitBack(node);
        }
        if (build.isNetworked()) {
            awaitKnown(Duration.ofSeconds(60));
        }
    }

    List<ClusterNode> nodes() {
        return List.copyOf(nodes);
    }

    Ways ways() {
        return ways;
    }

    /** Where clients reach the nodes. */
    URI[] doors() {
        return nodes.stream().map(ClusterNode::door).toArray(URI[]::new);
    }

    /** Returns when a node that was started is ready; from now on its calls are known as its own. */
    void awaitBack(ClusterNode node) throws Exception {
        node.awaitReady();
        numbers.put(Stock.idOf(node), node.number());
    }

    /** Returns when every node lists every other as active under its present id. */
    void awaitKnown(Duration patience) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        List<String> wanted = new ArrayList<>();
        for (ClusterNode node : nodes) {
            wanted.add(Stock.idOf(node));
        }
        for (ClusterNode node : nodes) {
            List<String> active = active(node);
            while (!active.containsAll(wanted)) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException("node " + node.number() + " knows only " + active + " of " + wanted + ":\n"
                            + node.lastWords());
                }
                Thread.sleep(LOOK_MILLIS);
                active = active(node);
            }
        }
    }

    /**
     * Returns what the nodes keep once none of these chunks lacks a copy, or the time is over. As long as one does, the nodes
     * are asked now and then to compare what they keep, as they would every ten minutes on their own.
     */
    Stock awaitCopies(Collection<String> chunks, Duration patience) throws Exception {
        long began = System.nanoTime();
        long askAt = began + SYNC_AFTER.toNanos();
        Stock stock = Stock.of(nodes);
        while (stock.lacking(chunks, COPIES) > 0 && System.nanoTime() - began < patience.toNanos()) {
            if (System.nanoTime() > askAt) {
                for (ClusterNode node : nodes) {
                    node.askToSync();
                }
                askAt += SYNC_AFTER.toNanos();
            }
            Thread.sleep(LOOK_MILLIS);
            stock = Stock.of(nodes);
        }
        return stock;
    }

    /** Ends every process and deletes the folder. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return;  // the process is ending: its hook sees to it
        }
        endAndDelete();
    }

    private static List<String> active(ClusterNode node) throws Exception {
        try {
            return Format.JSON.readDocuments(node.get("/api/drive/servers").body()).stream()
                    .filter(server -> server.text("State").filter("active"::equals).isPresent())
                    .map(server -> server.text("Id").orElse("")).toList();
        } catch (IOException e) {
            return List.of();  // it is busy; it is asked again
        }
    }

    private void endAndDelete() {
        endAll();
        try {
            ClusterNode.deleteRecursively(folder);
        } catch (IOException e) {
            System.err.println("not all of " + folder + " was deleted: " + e);
        }
    }

    private void endAll() {
        ExecutorService each = Executors.newCachedThreadPool();
        List<Future<?>> ends = new ArrayList<>();
        for (ClusterNode node : nodes) {
            ends.add(each.submit(() -> {
                node.end();
                return null;
            }));
        }
        for (Future<?> end : ends) {
            try {
                end.get();
            } catch (Exception e) {
                System.err.println("a node was not ended: " + e);
            }
        }
        each.shutdown();
    }
}
