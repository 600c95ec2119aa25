package apidrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Real nodes on loopback, each with a database of its own, that keep every chunk on three of them. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CopiesTest {
    private static final int CHUNKS = 60;
    private static final String COUNT = "SELECT count(*) FROM apidrive.chunk";
    /** Stored a minute ago, and so told by the first comparison; where a new server takes its share they are fresh. */
    private static final String SETTLE = "UPDATE apidrive.chunk SET stored_at = stored_at - interval '1 minute'";
    private static final String HEAL = "SELECT count(*) FROM apidrive.heal";

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<TestNode> nodes = new ArrayList<>();
    private final List<TestDatabase> databases = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(TestNode::close);
        databases.forEach(TestDatabase::close);
    }

    @Test
    void what_any_of_five_stores_three_keep_and_all_return() throws Exception {
        network(5);
        List<Chunk> chunks = storeAll();

        soon().untilAsserted(() -> assertThat(sum(COUNT)).isEqualTo(3 * CHUNKS));
        soon().untilAsserted(() -> assertThat(sum(HEAL)).as("confirmed copies are struck off").isZero());
        for (Chunk chunk : chunks) {
            for (TestNode node : nodes) {
                assertThat(get(node, chunk)).isEqualTo(chunk.data());
            }
        }
    }

    @Test
    void an_answer_names_two_servers_at_least_that_keep_the_chunk() throws Exception {
        network(4);
        for (int i = 0; i < 20; i++) {
            Chunk chunk = chunk(i);
            String holders = put(nodes.get(i % 4), chunk, "").headers().firstValue("Chunk-Holders").orElseThrow();
            List<String> urls = List.of(holders.split(", "));
            assertThat(urls).hasSizeGreaterThanOrEqualTo(2);
            for (String url : urls) {
                TestNode holder = nodes.stream().filter(node -> node.uri("").toString().equals(url)).findFirst().orElseThrow();
                assertThat(holder.database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + chunk.id() + "'")).isOne();
            }
        }
    }

    @Test
    void copies_and_acknowledgement_are_as_many_as_wished_for() throws Exception {
        network(5);
        Chunk five = chunk(1);
        assertThat(put(nodes.get(0), five, "?copies=5&ack=all").headers().firstValue("Chunk-Holders").orElseThrow().split(", "))
                .hasSize(5);
        assertThat(copies(five)).isEqualTo(5);
        Chunk one = chunk(2);
        put(nodes.get(0), one, "?copies=1");
        assertThat(copies(one)).isEqualTo(1);
        assertThat(put(nodes.get(0), chunk(3), "?copies=9").statusCode()).isEqualTo(400);
    }

    @Test
    void what_two_that_die_kept_is_copied_anew_and_not_lost() throws Exception {
        network(5);
        List<Chunk> chunks = storeAll();
        soon().untilAsserted(() -> assertThat(sum(COUNT)).isEqualTo(3 * CHUNKS));
        nodes.forEach(node -> node.database().execute(SETTLE));

        nodes.remove(4).close();
        nodes.remove(3).close();
        for (Chunk chunk : chunks) {
            assertThat(get(nodes.get(0), chunk)).as("while nothing is healed yet").isEqualTo(chunk.data());
        }
        soon().untilAsserted(() -> assertThat(sum(COUNT)).as("three are left, three copies each").isEqualTo(3 * CHUNKS));
        for (Chunk chunk : chunks) {
            assertThat(copies(chunk)).isEqualTo(3);
        }
    }

    @Test
    void a_new_server_takes_its_share_and_the_others_let_go_of_it() throws Exception {
        network(3);
        storeAll();
        soon().untilAsserted(() -> assertThat(sum(COUNT)).isEqualTo(3 * CHUNKS));
        nodes.add(join());

        soon().untilAsserted(() -> assertThat(nodes.get(3).database().number(COUNT)).isGreaterThan(CHUNKS / 3));
        soon().untilAsserted(() -> assertThat(sum(COUNT)).isEqualTo(3 * CHUNKS));
    }

    @Test
    void a_damaged_copy_is_not_served_and_is_healed() throws Exception {
        network(3);
        Chunk chunk = chunk(7);
        put(nodes.get(0), chunk, "?ack=all");
        TestDatabase damaged = nodes.get(1).database();
        damaged.execute("UPDATE apidrive.chunk_data SET data = overlay(data PLACING '\\x00' FROM 3)");

        assertThat(get(nodes.get(1), chunk)).isEqualTo(chunk.data());
        soon().untilAsserted(() -> assertThat(damaged.number("SELECT count(*) FROM apidrive.chunk WHERE damaged_at IS NULL")).isOne());
    }

    @Test
    void an_unknown_chunk_is_unknown_everywhere_and_one_that_may_be_on_a_server_that_is_away_is_not_called_unknown()
            throws Exception {
        network(3);
        assertThat(http.send(request(nodes.get(0), chunk(1), "").build(), HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(404);
        nodes.remove(2).close();
        HttpResponse<Void> answer = http.send(request(nodes.get(0), chunk(2), "").build(), HttpResponse.BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    private void network(int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(join());
        }
        soon().untilAsserted(() -> {
            for (TestNode node : nodes) {
                assertThat(active(node)).isEqualTo(count);
            }
        });
    }

    private TestNode join() {
        TestDatabase database = TestDatabase.opened();
        databases.add(database);
        Map<String, String> settings = new HashMap<>(Map.of("zone", "z" + nodes.size() % 3, "allow-private-peers", "true",
                "gossip-period", "PT0.1S", "heal-delay", "PT2S", "slots", "1000"));
        if (!nodes.isEmpty()) {
            settings.put("join", nodes.get(0).uri("").toString());
        }
        return TestNode.start(database, settings);
    }

    private List<Chunk> storeAll() throws Exception {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < CHUNKS; i++) {
            chunks.add(chunk(i));
            assertThat(put(nodes.get(i % nodes.size()), chunks.get(i), "").statusCode()).isEqualTo(200);
        }
        return chunks;
    }

    private long sum(String sql) {
        return nodes.stream().mapToLong(node -> node.database().number(sql)).sum();
    }

    private long copies(Chunk chunk) {
        return sum("SELECT count(*) FROM apidrive.chunk WHERE id = '" + chunk.id() + "'");
    }

    private long active(TestNode node) throws IOException, InterruptedException {
        byte[] answer = http.send(HttpRequest.newBuilder(node.uri("/api/drive/servers")).header("Accept", "application/json").build(),
                HttpResponse.BodyHandlers.ofByteArray()).body();
        List<Document> servers = Format.JSON.readDocuments(answer);
        return servers.stream().filter(server -> server.text("State").filter("active"::equals).isPresent()).count();
    }

    private HttpResponse<byte[]> put(TestNode node, Chunk chunk, String query) throws IOException, InterruptedException {
        return http.send(request(node, chunk, query).header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(chunk.data())).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private byte[] get(TestNode node, Chunk chunk) throws IOException, InterruptedException {
        return http.send(request(node, chunk, "").build(), HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    private static HttpRequest.Builder request(TestNode node, Chunk chunk, String query) {
        return HttpRequest.newBuilder(URI.create(node.uri("/api/drive/chunk/" + chunk.id()) + query)).timeout(Duration.ofSeconds(60));
    }

    private static Chunk chunk(int number) {
        return Chunk.of(("chunk " + number).repeat(50).getBytes(UTF_8));
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    }
}
