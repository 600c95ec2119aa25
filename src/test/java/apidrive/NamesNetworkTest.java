package apidrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.wire.Document;
import apidrive.wire.Format;

/** Names in a real network of nodes, each with a database of its own. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NamesNetworkTest {
    private static final Map<String, String> SETTINGS = Map.of("gossip-period", "PT0.2S", "allow-private-peers", "true", "heal-delay", "PT2S");
    private static final int FILES = 12;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void a_file_put_through_one_node_is_found_by_name_and_hash_through_every_other_also_with_two_of_five_down() throws Exception {
        try (TestNetwork network = TestNetwork.start(5, SETTINGS)) {
            List<String> hashes = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                HttpResponse<byte[]> put = call(network, i % 5, "PUT", path(i), content(i));
                assertThat(put.statusCode()).as(new String(put.body(), UTF_8)).isEqualTo(201);
                hashes.add(Format.JSON.readDocument(put.body()).text("Sha1").orElseThrow());
            }
            assertFound(network, List.of(0, 1, 2, 3, 4), hashes);

            network.stop(1);
            network.stop(3);
            assertFound(network, List.of(0, 2, 4), hashes);
            assertThat(call(network, 0, "PUT", path(FILES), content(FILES)).statusCode()).as("put while two are down").isEqualTo(201);
            assertThat(call(network, 4, "GET", path(FILES), null).body()).isEqualTo(content(FILES));
            assertThat(call(network, 2, "DELETE", path(0), null).statusCode()).isEqualTo(204);

            network.startAgain(1);
            network.startAgain(3);
            network.awaitWhole();
            for (int node = 0; node < 5; node++) {
                assertThat(call(network, node, "GET", path(0), null).statusCode()).as("deleted while two were down").isEqualTo(404);
                assertThat(call(network, node, "GET", path(FILES), null).body()).isEqualTo(content(FILES));
            }
        }
    }

    @Test
    void a_node_that_lost_its_names_gets_them_back_from_the_others() throws Exception {
        try (TestNetwork network = TestNetwork.start(3, SETTINGS)) {
            for (int i = 0; i < FILES; i++) {
                assertThat(call(network, i % 3, "PUT", path(i) + "?ack=all", content(i)).statusCode()).isEqualTo(201);
            }
            TestDatabase database = network.node(1).database();
            assertThat(database.number("SELECT count(*) FROM apidrive.name")).isEqualTo(4 * FILES);
            network.stop(1);
            database.execute("TRUNCATE apidrive.name");
            network.startAgain(1);

            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() ->
                    assertThat(database.number("SELECT count(*) FROM apidrive.name")).isEqualTo(4 * FILES));
        }
    }

    private void assertFound(TestNetwork network, List<Integer> nodes, List<String> hashes) throws Exception {
        for (int node : nodes) {
            for (int i = 0; i < hashes.size(); i++) {
                assertThat(call(network, node, "GET", path(i), null).body()).as("file %d through node %d", i, node).isEqualTo(content(i));
                assertThat(call(network, node, "GET", "/api/drive/object/" + hashes.get(i), null).body()).isEqualTo(content(i));
            }
            List<?> listed = (List<?>) Format.JSON.readDocument(call(network, node, "GET", "/api/drive/name/files", null).body()).get("Names")
                    .orElseThrow();
            assertThat(listed.stream().map(name -> ((Document) name).text("Name").orElseThrow())).hasSize(FILES).isSorted();
        }
    }

    private HttpResponse<byte[]> call(TestNetwork network, int node, String method, String path, byte[] body) throws Exception {
        return http.send(HttpRequest.newBuilder(network.node(node).uri(path)).header("Accept", "*/*").timeout(Duration.ofMinutes(1))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String path(int number) {
        return "/api/drive/name/files/file-" + number + ".txt";
    }

    private static byte[] content(int number) {
        return ("content of file " + number).repeat(1_000).getBytes(UTF_8);
    }
}
