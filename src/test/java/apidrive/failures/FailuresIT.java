package apidrive.failures;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network of three processes, a few nemeses; {@code ops/failures/try} is the long form. With {@code -Dapidrive-test.previous=WAR} it
 * begins with that build and is moved to this one.
 */
class FailuresIT {
    private static final Duration HOLD = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(40);
    private static final Duration MOST = Duration.ofSeconds(20);  // the last to begin may take 15 more, and the loss of a disk follows

    @TempDir
    private Path folder;

    @Test
    void nothing_acknowledged_is_lost_and_no_wrong_byte_is_returned_whatever_fails() throws Exception {
        long seed = Long.getLong("apidrive-test.seed", System.nanoTime());
        System.out.println("FailuresIT: -Dapidrive-test.seed=" + seed);
        Build build = Build.of(Path.of(System.getProperty("apidrive-test.war")), folder);
        String previous = System.getProperty("apidrive-test.previous", "");
        Build first = previous.isEmpty() ? build : Build.of(Path.of(previous), folder);
        try (Cluster cluster = new Cluster(folder, 3, seed % 2 == 0, first)) {
            cluster.start();
            try (Ordeal ordeal = new Ordeal(cluster, seed, HOLD, PAUSE, System.out)) {
                ordeal.begin();
                if (first != build) {
                    ordeal.strike(RollingRestart.to(build));
                }
                ordeal.strike(List.of(new NodeKilled(), new PostgresKilled(), new NodePaused(), new NetworkCut(), new NodeFull(),
                        PeerMisbehaves.wrongly(), PeerMisbehaves.withoutEnd(), PeerMisbehaves.never()), MOST);
                ordeal.strike(new DiskLost());
                assertThat(ordeal.judge()).isEmpty();
            }
        }
    }
}
