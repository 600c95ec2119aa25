package apidrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.wire.Format;

/** Objects in a real network of nodes, each with a database of its own. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObjectsTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void what_one_node_took_in_every_node_gives_out_whole_and_in_part_also_when_one_has_died() throws Exception {
        byte[] data = new byte[5_000_000];
        new Random(1).nextBytes(data);
        try (TestNetwork network = TestNetwork.start(4, Map.of("gossip-period", "PT0.2S", "allow-private-peers", "true"))) {
            HttpResponse<byte[]> put = http.send(HttpRequest.newBuilder(network.node(0).uri("/api/drive/object?name=a.png&ack=all"))
                    .header("Content-Type", "image/png").PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(data))).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(put.statusCode()).isEqualTo(201);
            String path = "/api/drive/object/" + Format.JSON.readDocument(put.body()).text("Root").orElseThrow();
            Awaitility.await().untilAsserted(() -> {
                long copies = 0;
                for (int i = 0; i < 4; i++) {
                    copies += network.node(i).database().number("SELECT count(*) FROM apidrive.chunk");
                }
                assertThat(copies).as("77 leaves and the root, three times").isEqualTo(3 * 78);
            });

            for (int i = 0; i < 4; i++) {
                HttpResponse<byte[]> got = get(network, i, path, "bytes=0-");
                assertThat(got.body()).as("node %d", i).isEqualTo(data);
                assertThat(got.headers().firstValue("Content-Type")).contains("image/png");
                assertThat(got.headers().firstValue("ETag")).isEqualTo(put.headers().firstValue("ETag"));
                assertThat(get(network, i, path, "bytes=4900000-4900009").body()).isEqualTo(Arrays.copyOfRange(data, 4_900_000, 4_900_010));
            }
            network.stop(2);
            assertThat(get(network, 3, path, "bytes=0-").body()).isEqualTo(data);
            assertThat(get(network, 1, path, "bytes=0-").body()).isEqualTo(data);
        }
    }

    private HttpResponse<byte[]> get(TestNetwork network, int node, String path, String range) throws Exception {
        return http.send(HttpRequest.newBuilder(network.node(node).uri(path)).header("Range", range).timeout(Duration.ofMinutes(1)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }
}
