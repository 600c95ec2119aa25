package apidrive.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a node takes besides time.
 *
 * @param databaseRatio bytes that the database grew by for each byte stored
 * @param start         from the start of the process to its first answer, one a start
 * @param idle          resident bytes of a fresh node after some quiet
 * @param idleAfterLoad resident bytes of one that was busy before
 */
record Sizes(double databaseRatio, List<Double> start, long idle, long idleAfterLoad) {
    static final Duration QUIET = Duration.ofSeconds(10);
    private static final int STARTS = 3;

    /** Starts nodes on a migrated database, one after another; {@code busy} had requests before and has none now. */
    static Sizes measure(Path folder, Databases databases, String database, double databaseRatio, NodeProcess busy)
            throws Exception {
        List<Double> seconds = new java.util.ArrayList<>();
        long idle = 0;
        for (int i = 0; i < STARTS; i++) {
            try (NodeProcess node = new NodeProcess(folder.resolve("start-" + i), databases, database)) {
                seconds.add(node.startTime().toMillis() / 1e3);
                if (i == STARTS - 1) {
                    Thread.sleep(QUIET.toMillis());
                    idle = node.residentBytes();
                }
            }
        }
        return new Sizes(databaseRatio, seconds, idle, busy.residentBytes());
    }
}
