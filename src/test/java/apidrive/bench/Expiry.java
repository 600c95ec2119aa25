package apidrive.bench;

import static apidrive.bench.Markdown.format;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The node's way of letting go of many chunks at once, beside {@code DELETE} and {@code VACUUM} of a plain table with the same
 * bytes, with stores and retrievals going on in a node during both.
 */
final class Expiry implements Section {
    private static final int LIVE = 1_024;  // chunks that are retrieved meanwhile
    private static final double TARGET = 8;  // times as fast
    private static final Duration QUIET = Duration.ofSeconds(10);

    private record Result(double seconds, double walBytes, double freedBytes, Background.Latencies latencies) {
    }

    private final Stage stage;
    private final Plan plan;

    Expiry(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return List.of("expiry: many chunks at once, beside DELETE and VACUUM");
    }

    @Override
    public String measure() throws Exception {
        Path folder = stage.folder().resolve("expiry");
        try (DueChunks due = new DueChunks(stage, stage.databases(), folder, plan.expiryChunks());
             NodeProcess node = due.node(folder.resolve("node"))) {
            NodeHost host = new NodeHost("node", new Lazy<>(() -> node));
            Background background = new Background(host, host.fill(LIVE), true);
            background.during(() -> Thread.sleep(plan.warmUp().toMillis()));
            Background.Latencies quiet = background.during(() -> Thread.sleep(QUIET.toMillis()));
            due.makeDue();
            return table(quiet, run(due, background, due::sweep), run(due, background, due::deleteAndVacuum));
        } finally {
            stage.databases().drop(DueChunks.NAME);
        }
    }

    private String table(Background.Latencies quiet, Result swept, Result deleted) {
        double faster = deleted.seconds() / swept.seconds();
        Markdown table = new Markdown("what", "s", "WAL MB", "MB back", "p99 of a store, ms", "p99 of a retrieval, ms",
                "times as fast", "target");
        table.row("nothing expires", "", "", "", format("%.1f", quiet.store()), format("%.1f", quiet.retrieve()), "", "");
        row(table, "the node's way", swept, format("%.1f", faster), Markdown.atLeast(TARGET, faster, "%.0f"));
        row(table, "DELETE and VACUUM of a plain table", deleted, "", "");
        return "### Expiry of " + plan.expiryChunks() + " chunks\n\n" + table + format("%nMeanwhile %.0f stores and %.0f "
                + "retrievals a second arrive at a node on the same database; their WAL is in the figures.%n",
                Background.STORES, Background.RETRIEVALS);
    }

    private static Result run(DueChunks due, Background background, Background.Work work) throws Exception {
        double before = due.databaseBytes();
        double wal = due.walBytes();
        double[] seconds = new double[1];
        Background.Latencies latencies = background.during(() -> seconds[0] = Seconds.of(work));
        double written = due.walBytes() - wal;
        return new Result(seconds[0], written, before - due.databaseBytes(), latencies);
    }

    private static void row(Markdown table, String what, Result result, String... verdict) {
        table.row(what, format("%.2f", result.seconds), format("%.1f", result.walBytes / 1e6),
                format("%.0f", result.freedBytes / 1e6), format("%.1f", result.latencies.store()),
                format("%.1f", result.latencies.retrieve()), verdict[0], verdict[1]);
    }
}
