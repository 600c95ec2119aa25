package apidrive.bench;

import static apidrive.bench.Markdown.atMost;
import static apidrive.bench.Markdown.format;
import static apidrive.bench.Markdown.spread;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a node takes besides time: room in the database, its start, its memory. */
final class Sizes implements Section {
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final int STARTS = 3;
    private static final double DATABASE_RATIO = 1.06;  // wanted at most, as those below
    private static final double START_SECONDS = 6;
    private static final double RESIDENT_MEGABYTES = 250;

    private final Stage stage;
    private final Hosts hosts;

    Sizes(Stage stage, Hosts hosts) {
        this.stage = stage;
        this.hosts = hosts;
    }

    @Override
    public List<String> names() {
        return List.of("sizes: database, start, memory");
    }

    /** Starts nodes on a migrated database, one after another; the one that stores had its requests before and has none now. */
    @Override
    public String measure() throws Exception {
        double databaseRatio = hosts.kept.get().databaseRatio();
        Server busy = hosts.storing.server().get();
        List<Double> seconds = new ArrayList<>();
        double idle = 0;
        for (int i = 0; i < STARTS; i++) {
            Path folder = stage.folder().resolve("start-" + i);
            try (NodeProcess node = new NodeProcess(folder, stage.databases(), Stage.KEPT, List.of())) {
                seconds.add(node.startTime().toMillis() / 1e3);
                if (i == STARTS - 1) {
                    Thread.sleep(QUIET.toMillis());
                    idle = node.residentBytes() / 1e6;
                }
            }
        }
        return "### Sizes\n\n" + new Markdown("what", "value", "target")
                .row("database bytes per stored byte", format("%.3f", databaseRatio),
                        atMost(DATABASE_RATIO, databaseRatio, "%.2f"))
                .row("start to first answer, external database, s", spread(seconds, "%.1f"),
                        atMost(START_SECONDS, Statistics.median(seconds), "%.0f"))
                .row("resident, fresh, after " + QUIET.toSeconds() + " s of quiet, MB", format("%.0f", idle),
                        atMost(RESIDENT_MEGABYTES, idle, "%.0f"))
                .row("resident, after load and as much quiet, MB", format("%.0f", busy.residentBytes() / 1e6), "");
    }
}
