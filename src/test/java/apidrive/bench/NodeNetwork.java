package apidrive.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import apidrive.Ports;
import apidrive.wire.ChunkId;

/** Nodes that are one network with three copies of a chunk, each in a zone of its own, with its database on the run's server. */
final class NodeNetwork {
    static final int COPIES = 3;
    /** As those of {@code apidrive demo}. */
    private static final List<String> JAVA_OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx256m", "-Xmn128m", "-XX:SurvivorRatio=3");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long LOOK_MILLIS = 200;  // each look counts rows, on the same cores
    static final byte[] SERVERS = HttpConnection.get("/api/drive/servers");
    private static final Pattern ACTIVE = Pattern.compile("\"State\" *: *\"active\"");
    private static final String IDS = "SELECT id FROM apidrive.chunk";
    private static final String KEPT = "SELECT count(*) FROM apidrive.chunk";
    private static final int SMALL = 100_000_000;  // chunks of the warm-up at one node at most
    private static final String OWED = "SELECT count(*) FROM apidrive.heal";

    private final Stage stage;
    private final String name;
    private final int ack;
    private final List<String> databases = new ArrayList<>();
    private final List<Lazy<Server>> nodes = new ArrayList<>();
    private final List<Integer> ports;

    /**
     * {@code size} nodes, a store at which is answered after {@code ack} copies; {@code name} begins the names of their
     * databases. None is started yet.
     */
    NodeNetwork(Stage stage, String name, int size, int ack) {
        this.stage = stage;
        this.name = name;
        this.ack = ack;
        this.ports = IntStream.range(0, size).map(number -> Ports.next()).boxed().toList();
        for (int number = 0; number < size; number++) {
            databases.add(name + "_" + number);
            nodes.add(node(number));
        }
    }

    /** A node as a host. */
    NodeHost host(int number) {
        return new NodeHost(name + " " + number, nodes.get(number));
    }

    /** All of them. */
    List<NodeHost> hosts() {
        return IntStream.range(0, size()).mapToObj(this::host).toList();
    }

    int size() {
        return nodes.size();
    }

    /** Starts all that do not run, and returns when each knows each. */
    void start() throws Exception {
        for (Lazy<Server> node : nodes) {
            node.get();
        }
        await("every node knows every other", () -> {
            for (Lazy<Server> node : nodes) {
                try (HttpConnection connection = new HttpConnection(node.get().port())) {
                    connection.exchange(SERVERS);
                    if (ACTIVE.matcher(new String(connection.body(), StandardCharsets.UTF_8)).results().count() < nodes.size()) {
                        return false;
                    }
                }
            }
            return true;
        });
    }

    /** As many processes compile for themselves, on the same cores: with small chunks they are through the sooner. */
    void warmUp(Plan plan) throws Exception {
        Contender small = new Dealt("small chunks", plan.clients(), IntStream.range(0, size()).mapToObj(number ->
                new SmallChunks(host(number), plan.clients(), number * SMALL).store()).toList());
        WarmUp.run(small, plan.warmUp().multipliedBy(size()), stage.databases().pid());
    }

    /** Ends a node; where it is asked for again it is started again. */
    void stop(int number) throws Exception {
        nodes.get(number).get().close();
        nodes.set(number, node(number));
    }

    /** Returns when no copy is owed to any node. */
    void settle() throws Exception {
        await("every chunk has its copies", () -> total(OWED, nodes.size()) == 0);
    }

    /** Empties all of them, once no copy is owed. */
    void forget() throws Exception {
        settle();
        for (String database : databases) {
            stage.databases().forget(database);
        }
    }

    /** The chunks that a node keeps. */
    Set<ChunkId> kept(int number) throws Exception {
        Set<ChunkId> ids = new HashSet<>();
        try (Connection connection = stage.databases().superuser(databases.get(number));
             Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(IDS)) {
            while (rows.next()) {
                ids.add(new ChunkId(rows.getObject(1, UUID.class)));
            }
        }
        return ids;
    }

    /** Ends the last node, which does not come back. */
    void loseLast() throws Exception {
        nodes.get(nodes.size() - 1).get().close();
    }

    /** Copies on all nodes but the last. */
    long copiesWithoutLast() throws Exception {
        return total(KEPT, nodes.size() - 1);
    }

    /** Copies that nodes but the last still owe or lack. */
    long owedWithoutLast() throws Exception {
        return total(OWED, nodes.size() - 1);
    }

    /** The database of a node. */
    String database(int number) {
        return databases.get(number);
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(String what, Condition condition) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("waited in vain until " + what);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private Lazy<Server> node(int number) {
        String database = databases.get(number);
        return stage.lazy(database, place -> new NodeProcess(place, ports.get(number), stage.databases().with(database),
                database, JAVA_OPTIONS, options(number)));
    }

    private long total(String query, int many) throws Exception {
        long total = 0;
        for (String database : databases.subList(0, many)) {
            total += stage.databases().number(database, query);
        }
        return total;
    }

    private List<String> options(int own) {
        List<String> urls = ports.stream().map(port -> "http://127.0.0.1:" + port).toList();
        return stage.options("--network=" + name, "--url=" + urls.get(own), "--zone=zone-" + own,
                "--join=" + String.join(",", urls.stream().filter(url -> !url.equals(urls.get(own))).toList()),
                "--allow-private-peers=true", "--heal-delay=PT1S", "--repair-rate=64GiB",
                "--copies=" + COPIES, "--ack=" + ack, "--cache-bytes=0", "--cached-slots=0", "--weight=1000");
    }
}
