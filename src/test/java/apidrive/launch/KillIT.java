package apidrive.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed with kill -9 while it stores, and started again on the same folder. */
class KillIT {
    private static final int ROUNDS = 4;
    private static final int WRITTEN_A_ROUND = 200;

    @TempDir
    private Path folder;

    @Test
    void every_acknowledged_chunk_survives_it_time_and_again() throws Exception {
        Path data = folder.resolve("data");
        try (Clients clients = new Clients()) {
            for (int round = 1; round <= ROUNDS; round++) {
                try (WarProcess node = begin(data, round)) {
                    URI url = node.awaitUrl();
                    assertThat(clients.missing(url)).as("before round %s", round).isEmpty();
                    int before = clients.acknowledged();
                    clients.start(url);
                    Awaitility.await().atMost(Duration.ofSeconds(60))
                            .until(() -> clients.acknowledged() >= before + WRITTEN_A_ROUND);
                    node.kill();
                    clients.stop();
                }
            }
            try (WarProcess node = begin(data, ROUNDS + 1)) {
                assertThat(clients.missing(node.awaitUrl())).isEmpty();
                assertThat(clients.acknowledged()).isGreaterThanOrEqualTo(ROUNDS * WRITTEN_A_ROUND);
                assertThat(clients.count(0)).as("stores that were cut off").isPositive();
                assertThat(node.stop()).isEqualTo(143);
            }
        }
    }

    private WarProcess begin(Path data, int round) throws Exception {
        return WarProcess.begin(folder.resolve("log-" + round), "--port", "0", "--data", data.toString(),
                "--cache-bytes", "0");
    }
}
