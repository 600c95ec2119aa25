package apidrive.bench;

import static apidrive.bench.Markdown.atLeast;
import static apidrive.bench.Markdown.format;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients that keep their connection and ask nothing: what they cost, and whether others notice. */
final class Idle implements Section {
    private static final byte[] LIVE = HttpConnection.get("/health/live");
    private static final Duration HELD = Duration.ofSeconds(20);  // below the 30 s after which Jetty closes an idle one
    private static final double AS_FAST = 0.9;

    private final Stage stage;
    private final Plan plan;

    Idle(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return List.of("idle: keep-alive connections held, memory, stores beside them");
    }

    @Override
    public String measure() throws Exception {
        try (NodeProcess node = new NodeProcess(stage.folder().resolve("idle"), stage.databases().with(Stage.STORED),
                Stage.STORED, stage.options())) {
            NodeHost host = new NodeHost("node", new Lazy<>(() -> node));
            Contender stores = new NodeStore(NodeStore.Way.RAW, host, plan.clients());
            turn(stores, plan.warmUp());
            double alone = turn(stores, plan.turn());
            double heapBefore = LiveHeap.bytes(node);
            double residentBefore = node.residentBytes();
            return measure(node, stores, alone, heapBefore, residentBefore);
        }
    }

    private String measure(Server node, Contender stores, double alone, double heapBefore, double residentBefore)
            throws Exception {
        List<HttpConnection> connections = new ArrayList<>();
        try {
            long began = System.nanoTime();
            for (int i = 0; i < plan.idleConnections(); i++) {
                HttpConnection connection = new HttpConnection(node.port(), HttpConnection.SMALL);
                connections.add(connection);
                connection.exchange(LIVE);
            }
            long opened = System.nanoTime();
            double heap = LiveHeap.bytes(node) - heapBefore;
            double resident = node.residentBytes() - residentBefore;
            double beside = turn(stores, min(plan.turn(), HELD.dividedBy(2)));
            Thread.sleep(Math.max(0, HELD.minusNanos(System.nanoTime() - began).toMillis()));
            int held = 0;
            for (HttpConnection connection : connections) {
                held += answers(connection) ? 1 : 0;
            }
            int count = Math.max(1, connections.size());
            return "### Idle connections\n\n" + new Markdown("what", "value", "target")
                    .row("connections that still answer after up to " + HELD.toSeconds() + " s of quiet", Integer.toString(held),
                            atLeast(plan.idleConnections(), held, "%.0f"))
                    .row("opened, each with one request, a second", format("%.0f", count / ((opened - began) / 1e9)), "")
                    .row("live heap for each, KiB", format("%.1f", heap / count / 1024), "")
                    .row("resident memory for each, KiB", format("%.1f", resident / count / 1024), "")
                    .row("stores beside them, of those without", format("%.2f", beside / alone),
                            atLeast(AS_FAST, beside / alone, "%.2f"));
        } finally {
            for (HttpConnection connection : connections) {
                connection.close();
            }
        }
    }

    private double turn(Contender contender, Duration time) throws Exception {
        stage.databases().checkpoint();
        return Turn.run(contender, time, stage.databases().pid()).perSecond();
    }

    private static boolean answers(HttpConnection connection) {
        try {
            connection.exchange(LIVE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
