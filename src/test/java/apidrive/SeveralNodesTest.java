package apidrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.wire.Chunk;

/** Several WARs on one database are one node. */
class SeveralNodesTest {
    private static final Map<String, String> THREE_SLOTS = Map.of("slots", "3");

    private final HttpClient http = HttpClient.newHttpClient();
    private TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void what_one_stores_another_returns() throws Exception {
        try (TestNode one = TestNode.start(database, Map.of()); TestNode other = TestNode.start(database, Map.of())) {
            Chunk chunk = Chunk.of("shared".getBytes(StandardCharsets.UTF_8));
            assertThat(put(one, chunk)).isEqualTo(200);
            assertThat(get(other, chunk)).isEqualTo(chunk.data());
            assertThat(get(one, chunk)).isEqualTo(chunk.data());
        }
    }

    @Test
    void they_share_their_slots_and_their_identity() throws Exception {
        try (TestNode one = TestNode.start(database, THREE_SLOTS); TestNode other = TestNode.start(database, THREE_SLOTS)) {
            int[] statuses = new int[4];
            for (int i = 0; i < statuses.length; i++) {
                statuses[i] = put(i % 2 == 0 ? one : other, Chunk.of(new byte[] {(byte) i}));
            }

            assertThat(statuses).containsExactly(200, 200, 200, 507);
            assertThat(text(one, "/api/drive/slots")).isEqualTo(text(other, "/api/drive/slots"));
            assertThat(id(one)).isEqualTo(id(other));
        }
    }

    @Test
    void one_that_ends_leaves_the_other_at_work() throws Exception {
        try (TestNode stays = TestNode.start(database, Map.of())) {
            Chunk chunk = Chunk.of("left behind".getBytes(StandardCharsets.UTF_8));
            try (TestNode ends = TestNode.start(database, Map.of())) {
                put(ends, chunk);
            }

            assertThat(get(stays, chunk)).isEqualTo(chunk.data());
            assertThat(put(stays, Chunk.of(new byte[] {9}))).isEqualTo(200);
        }
    }

    @Test
    void on_a_migrated_database_a_node_needs_no_owner() throws Exception {
        try (TestNode node = TestNode.start(database, Map.of("jdbc-owner", ""))) {
            assertThat(put(node, Chunk.of(new byte[] {1}))).isEqualTo(200);
        }
    }

    @Test
    void on_an_empty_database_a_node_without_an_owner_does_not_start_and_says_what_it_needs() {
        database.close();
        database = TestDatabase.empty();

        assertThatThrownBy(() -> TestNode.start(database, Map.of("jdbc-owner", "")))
                .hasStackTraceContaining("APIDRIVE_JDBC_OWNER");
    }

    private int put(TestNode node, Chunk chunk) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(node.uri("/api/drive/chunk/" + chunk.id()))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(chunk.data())).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private byte[] get(TestNode node, Chunk chunk) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(node.uri("/api/drive/chunk/" + chunk.id())).build(),
                HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    private String text(TestNode node, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(node.uri(path)).header("Accept", "application/json").build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    /** The node's id as its list of servers tells it. */
    private String id(TestNode node) throws IOException, InterruptedException {
        String servers = text(node, "/api/drive/servers");
        return servers.substring(servers.indexOf("\"Id\""), servers.indexOf(',', servers.indexOf("\"Id\"")));
    }
}
