package apidrive.door.api;

import static apidrive.door.api.Caller.header;
import static apidrive.door.api.Caller.problem;
import static apidrive.door.api.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.TestNode;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Quotas, slots and slow clients. */
class BoundsTest {
    @Test
    void in_a_batch_each_chunk_beyond_the_quota_is_refused_with_the_time_to_wait() {
        try (TestNode node = TestNode.start(Map.of("rate-chunks", "2"))) {
            Document[] contracts = IntStream.range(0, 3).mapToObj(i -> new Document().with("Data", new byte[] {(byte) i}))
                    .toArray(Document[]::new);
            List<Document> results = Format.BSON.readDocuments(
                    new Caller(node).bson("/api/drive/batch/store", contracts).body());

            assertThat(results.get(1).number("status")).isEmpty();
            assertThat(results.get(2).number("status")).hasValue(429);
            assertThat(results.get(2).number("RetryAfter").getAsLong()).isPositive();
        }
    }

    @Test
    void an_address_stores_so_many_chunks_a_period_and_is_told_what_is_left() {
        try (TestNode node = TestNode.start(Map.of("rate-chunks", "2", "rate-period", "P1D"))) {
            Caller caller = new Caller(node);
            HttpResponse<byte[]> first = caller.call("PUT", "/api/drive/chunk", new byte[] {1});
            caller.call("PUT", "/api/drive/chunk", new byte[] {2});
            HttpResponse<byte[]> third = caller.call("PUT", "/api/drive/chunk", new byte[] {3});

            assertThat(header(first, "RateLimit-Policy")).isEqualTo("\"chunks\";q=2;w=86400");
            assertThat(header(first, "RateLimit")).startsWith("\"chunks\";r=1;t=");
            assertThat(problem(third)).isEqualTo("rate-limited");
            assertThat(Integer.parseInt(header(third, "Retry-After"))).isBetween(1, 86_400);
            assertThat(header(third, "RateLimit")).startsWith("\"chunks\";r=0;t=");
            assertThat(caller.json("/api/drive/retrieve", "{\"Id\":\"" + apidrive.wire.Chunk.of(new byte[] {1}).id()
                    + "\"}").statusCode()).as("retrieving is not counted").isEqualTo(200);
        }
    }

    @Test
    void a_forwarded_address_is_believed_from_a_trusted_proxy_only_and_ipv6_counts_by_64() {
        try (TestNode open = TestNode.start(Map.of("rate-chunks", "1"));
             TestNode proxied = TestNode.start(Map.of("rate-chunks", "1", "trusted-proxies", "127.0.0.0/8, 10.0.0.1"))) {
            assertThat(statusFrom(open, 1, "192.0.2.1")).isEqualTo(200);
            assertThat(statusFrom(open, 2, "192.0.2.2")).as("not believed").isEqualTo(429);

            assertThat(statusFrom(proxied, 1, "192.0.2.1")).isEqualTo(200);
            assertThat(statusFrom(proxied, 2, "192.0.2.2")).isEqualTo(200);
            assertThat(statusFrom(proxied, 3, "203.0.113.9, 192.0.2.2")).as("what a client claims").isEqualTo(429);
            assertThat(statusFrom(proxied, 4, "192.0.2.3, 10.0.0.1")).isEqualTo(200);
            assertThat(statusFrom(proxied, 5, "2001:db8:1:2::5")).isEqualTo(200);
            assertThat(statusFrom(proxied, 6, "2001:db8:1:2:ffff::6")).as("the same /64").isEqualTo(429);
            assertThat(statusFrom(proxied, 7, "2001:db8:1:3::7")).isEqualTo(200);
        }
    }

    @Test
    void what_was_stored_counts_after_a_restart_and_for_another_war_on_the_database() {
        try (TestDatabase database = TestDatabase.migrated()) {
            Map<String, String> settings = Map.of("rate-chunks", "2");
            try (TestNode node = TestNode.start(database, settings)) {
                assertThat(new Caller(node).call("PUT", "/api/drive/chunk", new byte[] {1}).statusCode()).isEqualTo(200);
            }
            try (TestNode one = TestNode.start(database, settings); TestNode other = TestNode.start(database, settings)) {
                assertThat(new Caller(one).call("PUT", "/api/drive/chunk", new byte[] {2}).statusCode()).isEqualTo(200);
                assertThat(new Caller(one).call("PUT", "/api/drive/chunk", new byte[] {3}).statusCode()).isEqualTo(429);
                assertThat(text(new Caller(other).call("GET", "/api/drive/chunk/"
                        + apidrive.wire.Chunk.of(new byte[] {2}).id(), null))).isEqualTo("\2");
            }
        }
    }

    @Test
    void a_full_node_refuses_with_507_and_still_takes_what_it_has() {
        try (TestNode node = TestNode.start(Map.of("slots", "2"))) {
            Caller caller = new Caller(node);
            caller.call("PUT", "/api/drive/chunk", new byte[] {1});
            caller.call("PUT", "/api/drive/chunk", new byte[] {2});

            assertThat(problem(caller.call("PUT", "/api/drive/chunk", new byte[] {3}))).isEqualTo("no-free-slot");
            assertThat(caller.call("PUT", "/api/drive/chunk", new byte[] {1}).statusCode()).isEqualTo(200);
            assertThat(text(caller.call("GET", "/api/drive/slots", null))).startsWith("{\"Total\":2,\"Used\":2,\"Free\":0");
        }
    }

    @Test
    void slow_and_broken_off_senders_hold_no_connection_and_store_nothing() throws IOException {
        try (TestNode node = TestNode.start(Map.of("pool", "4", "store-writers", "2"))) {
            Caller caller = new Caller(node);
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Socket socket = new Socket("127.0.0.1", node.uri("/").getPort());
                OutputStream out = socket.getOutputStream();
                out.write(("PUT /api/drive/chunk HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + "half of it")
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                slow.add(socket);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(caller.call("PUT", "/api/drive/chunk", new byte[] {(byte) i}).statusCode()).isEqualTo(200);
            }
            for (Socket socket : slow) {
                socket.close();
            }
            Awaitility.await().untilAsserted(() -> assertThat(text(caller.call("GET", "/api/drive/load", null)))
                    .startsWith("{\"InFlight\":1,"));
            assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk")).isEqualTo(20);
        }
    }

    private static int statusFrom(TestNode node, int number, String forwardedFor) {
        return new Caller(node).call("PUT", "/api/drive/chunk", new byte[] {(byte) number}, "X-Forwarded-For", forwardedFor)
                .statusCode();
    }
}
