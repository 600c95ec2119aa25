package apidrive.bench;

import static apidrive.bench.Markdown.format;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The same where the disk has not a byte left: letting go of chunks must work there above all. */
final class FullDisk implements Section {
    private static final int PART = 10;  // of the chunks that expire on a disk with room
    private static final int LIVE = 1_024;  // chunks that are retrieved meanwhile
    private static final long BESIDES = 4L << 30;  // bytes for WAL and programs

    private final Stage stage;
    private final int count;
    private final Plan plan;

    FullDisk(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
        this.count = plan.expiryChunks() / PART;
    }

    @Override
    public List<String> names() {
        return List.of("full disk: expiry where no byte is free");
    }

    @Override
    public String measure() throws Exception {
        String title = "### Expiry of " + count + " chunks on a full disk\n\n";
        if (SmallDisk.missing().isPresent()) {
            return title + "Left out: " + SmallDisk.missing().get() + ".\n";
        }
        Path folder = stage.folder().resolve("full");
        SmallDisk disk = stage.push(new SmallDisk(stage.folder(), 3L * count * Block.BYTES + BESIDES));
        Databases databases = stage.push(new Databases(disk.folder().resolve("postgresql")));
        try (DueChunks due = new DueChunks(stage, databases, folder, count);
             NodeProcess node = due.node(folder.resolve("node"))) {
            return title + measure(disk, due, new NodeHost("node", new Lazy<>(() -> node)));
        }
    }

    private String measure(SmallDisk disk, DueChunks due, NodeHost node) throws Exception {
        Background background = new Background(node, node.fill(LIVE), false);
        background.during(() -> Thread.sleep(plan.warmUp().toMillis()));
        due.makeDue();
        disk.fill();
        String stores = trial(() -> node.fill(1));
        double[] seconds = new double[1];
        Background.Latencies latencies = background.during(() -> seconds[0] = Seconds.of(due::sweep));
        double free = disk.freeBytes() / 1e6;
        String storesAfter = trial(() -> node.fill(1));
        disk.fill();
        String deleted = trial(due::deleteAndVacuum);
        return new Markdown("what", "outcome", "target")
                .row("a store while no byte is free", stores, "")
                .row("the node's way, s", format("%.2f", seconds[0]), "")
                .row("p99 of a retrieval meanwhile, ms", format("%.1f", latencies.retrieve()), "")
                .row("free afterwards, MB", format("%.0f", free), Markdown.atLeast(0.9 * count * Block.BYTES / 1e6, free, "%.0f"))
                .row("a store afterwards", storesAfter, "")
                .row("DELETE and VACUUM of a plain table, the disk full again", deleted, "").toString();
    }

    /** How long it took, or how it failed, in one line. */
    private static String trial(Background.Work work) throws Exception {
        try {
            return format("done in %.2f s", Seconds.of(work));
        } catch (IOException | SQLException | IllegalStateException e) {
            return "refused: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }
}
