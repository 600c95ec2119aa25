package apidrive.door.dtfc;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestDatabase;
import apidrive.TestNode;
import apidrive.door.object.Web;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.TreeBuilder;
import apidrive.manifest.TreeShape;
import apidrive.wire.Chunk;

/** What the dtfc door bounds and refuses, and that it never gives out what is not what was asked for. */
@Timeout(120)
class DtfcBoundsTest {
    private static final String BUSY = "Service Unavailable. Try again in 2 minutes.\n";

    @Test
    void dt_28_a_get_without_tls_is_sent_on_where_that_is_wished_but_never_health_nor_a_peer() throws Exception {
        try (TestNode node = TestNode.start(Map.of("dtfc-https", "true", "trusted-proxies", "127.0.0.1"))) {
            Web web = new Web(node);
            String hash = put(web, "/a.txt", bytes("a"));
            String get = "GET /" + hash;
            assertThat(raw(node, get + " HTTP/1.1\r\nHost: files.example:8080\r\n")).startsWith("HTTP/1.1 301 ")
                    .contains("\r\nLocation: https://files.example/" + hash + "\r\n");
            assertThat(raw(node, "GET /dtfc/no-such?x=1 HTTP/1.1\r\nHost: files.example\r\n")).startsWith("HTTP/1.1 301 ")
                    .contains("\r\nLocation: https://files.example/dtfc/no-such?x=1\r\n");
            assertThat(raw(node, get + " HTTP/1.1\r\nHost: files.example\r\nX-Forwarded-Proto: https\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(raw(node, get + "/nopeerload HTTP/1.1\r\nHost: files.example\r\n")).as("fault 7").startsWith("HTTP/1.1 200 ");
            assertThat(raw(node, "GET /health.html HTTP/1.1\r\nHost: files.example\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(raw(node, "HEAD /" + hash + " HTTP/1.1\r\nHost: files.example\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(raw(node, get + " HTTP/1.1\r\nHost: [::1]:8080\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(raw(node, get + " HTTP/1.1\r\nHost: localhost\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(200);
        }
        try (TestNode node = TestNode.start()) {
            String hash = put(new Web(node), "/a.txt", bytes("a"));
            assertThat(raw(node, "GET /" + hash + " HTTP/1.1\r\nHost: files.example\r\n")).as("off where nobody asks").startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void fault_2_what_was_deleted_can_be_kept_from_coming_back_and_whoever_stores_it_is_told() {
        try (TestNode node = TestNode.start(Map.of("dtfc-deleted-stays", "true"))) {
            Web web = new Web(node);
            String hash = put(web, "/gone.txt", bytes("gone"));
            web.call("DELETE", "/" + hash, null);
            HttpResponse<byte[]> again = web.call("PUT", "/gone.txt", bytes("gone"));

            assertThat(again.statusCode()).isEqualTo(410);
            assertThat(text(again)).isEqualTo("410 Gone.\n");
            assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void dt_24_an_address_has_only_so_many_requests_at_once() throws Exception {
        try (TestNode node = TestNode.start(Map.of("dtfc-transfers", "1"))) {
            Web web = new Web(node);
            String hash = put(web, "/a.txt", bytes("a"));
            try (Socket slow = open(node, "PUT /slow.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")) {
                assertThat(slow.isConnected()).isTrue();
                Awaitility.await().untilAsserted(() -> assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(429));
                HttpResponse<byte[]> refused = web.call("GET", "/" + hash, null);
                assertThat(text(refused)).isEqualTo("429 Too Many Requests.\n");
                assertThat(header(refused, "Retry-After")).isNotNull();
                assertThat(web.call("GET", "/health.html", null).statusCode()).isEqualTo(200);
            }
            Awaitility.await().untilAsserted(() -> assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(200));
            for (int i = 0; i < 3; i++) {
                web.call("GET", "/" + "0".repeat(128), null);
                web.call("GET", "/" + hash, null, "Range", "bytes=9-");
                assertThat(web.call("HEAD", "/" + hash, null).statusCode()).as("every request gives its place back").isEqualTo(200);
            }
        }
    }

    @Test
    void fault_13_sizes_rates_and_room_are_bounded_and_a_refusal_is_never_a_200() {
        try (TestNode node = TestNode.start(Map.of("object-bytes", "100KiB", "rate-chunks", "10", "uploads", "1"))) {
            Web web = new Web(node);
            HttpResponse<byte[]> large = web.call("PUT", "/large.bin", random(102_401));
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(text(large)).isEqualTo("413 Too Large.\n");
            for (int i = 0; i < 3; i++) {
                put(web, "/some.bin", random(70_000 + i));
            }
            assertThat(web.call("PUT", "/more.bin", random(90_000)).statusCode()).isEqualTo(429);
        }
        try (TestNode node = TestNode.start(Map.of("slots", "3"))) {
            Web web = new Web(node);
            HttpResponse<byte[]> refused = web.call("PUT", "/full.bin", random(500_000));
            assertThat(refused.statusCode()).isEqualTo(507);
            assertThat(text(refused)).isEqualTo("507 No Room.\n");
            assertThat(web.call("GET", "/" + Sha512.of(random(500_000)), null).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void dt_16_a_node_that_has_no_hand_free_asks_to_come_again() throws Exception {
        try (TestNode node = TestNode.start(Map.of("uploads", "1"))) {
            Web web = new Web(node);
            try (Socket slow = open(node, "PUT /slow.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")) {
                assertThat(slow.isConnected()).isTrue();
                Awaitility.await().untilAsserted(() -> assertThat(web.call("PUT", "/b.txt", bytes("b")).statusCode()).isEqualTo(503));
                HttpResponse<byte[]> busy = web.call("PUT", "/b.txt", bytes("b"));
                assertThat(text(busy)).isEqualTo(BUSY);
                assertThat(header(busy, "Retry-After")).isEqualTo("120");
            }
        }
    }

    @Test
    void a_body_that_is_cut_off_is_no_file() throws Exception {
        try (TestNode node = TestNode.start()) {
            try (Socket cut = open(node, "PUT /cut.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")) {
                cut.shutdownOutput();
                assertThat(new String(cut.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 500 ")
                        .endsWith("\r\n\r\nInternal server error.\n");
            }
            assertThat(new Web(node).call("GET", "/" + Sha512.of(bytes("12345")), null).statusCode()).isEqualTo(404);
            assertThat(new Web(node).call("PUT", "/part.txt", bytes("x"), "Content-Range", "bytes 0-0/2").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void dt_22_files_have_as_many_copies_as_the_first_rule_says_that_fits() {
        try (TestNode node = TestNode.start(Map.of("dtfc-copies", "*.log=1, video/*=5"))) {
            Web web = new Web(node);
            put(web, "/a.log", bytes("a log"));
            put(web, "/a.mp4", bytes("a film"));
            put(web, "/a.txt", bytes("a text"));
            assertThat(copies(node, bytes("a log"))).isEqualTo(1);
            assertThat(copies(node, bytes("a film"))).isEqualTo(5);
            assertThat(copies(node, bytes("a text"))).isEqualTo(3);
        }
    }

    @Test
    void dt_20_and_fault_3_bytes_that_were_tampered_with_are_not_served() throws Exception {
        try (TestNode node = TestNode.start(Map.of("cache-bytes", "0"))) {
            Web web = new Web(node);
            String hash = put(web, "/small.bin", random(1_000));
            String large = put(web, "/large.bin", random(200_000));
            node.database().execute("UPDATE apidrive.chunk_data SET data = set_byte(data, 500, get_byte(data, 500) # 1) WHERE id IN ("
                    + "'" + id(random(1_000)) + "', '" + id(Arrays.copyOfRange(random(200_000), 131_072, 196_608)) + "')");

            assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(404);
            assertThatThrownBy(() -> web.call("GET", "/" + large, null)).as("the connection ends before the damage").isInstanceOf(RuntimeException.class);
            assertThat(web.call("GET", "/" + large, null, "Range", "bytes=0-99").body()).isEqualTo(Arrays.copyOf(random(200_000), 100));
        }
    }

    @Test
    void dt_20_a_root_that_lies_about_its_bytes_is_found_out_before_the_last_of_them_leaves() throws Exception {
        try (TestNode node = TestNode.start()) {
            Web web = new Web(node);
            byte[] wanted = random(150_000);
            String hash = put(web, "/wanted.bin", wanted);
            byte[] others = random(150_001);
            byte[] root = lyingRoot(web, others, hash);
            node.database().execute("UPDATE apidrive.name SET digest = '\\x" + Chunk.of(root).digest() + "' WHERE sha512 = '\\x" + hash + "'");

            assertThatThrownBy(() -> web.call("GET", "/" + hash, null)).isInstanceOf(RuntimeException.class);
            String answer = raw(node, "GET /" + hash + " HTTP/1.1\r\nHost: x\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("Content-Length: 150001");
            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).as("two of three leaves").hasSize(131_072);
        }
    }

    @Test
    void dt_20_a_name_that_leads_to_an_honest_object_of_other_bytes_leads_nowhere() throws Exception {
        try (TestNode node = TestNode.start()) {
            Web web = new Web(node);
            String hash = put(web, "/wanted.bin", random(1_000));
            web.stored(random(2_000));
            node.database().execute("UPDATE apidrive.name SET digest = (SELECT digest FROM apidrive.object WHERE sha512 = '\\x"
                    + Sha512.of(random(2_000)) + "') WHERE sha512 = '\\x" + hash + "'");
            assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void health_is_not_well_without_a_database() throws Exception {
        try (TestNode node = TestNode.start(Map.of("pool", "5"))) {
            Web web = new Web(node);
            node.database().execute("REVOKE SELECT ON apidrive.node FROM " + TestDatabase.RUNNER);
            HttpResponse<byte[]> health = web.call("GET", "/health.html", null);
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(text(health)).isEqualTo(BUSY);
        }
    }

    /** A root over {@code data} that claims another SHA-512; all of it is stored. */
    private static byte[] lyingRoot(Web web, byte[] data, String claimed) {
        TreeBuilder tree = new TreeBuilder(TreeShape.STANDARD, node -> { });
        for (int from = 0; from < data.length; from += Chunk.MAX_BYTES) {
            byte[] leaf = Arrays.copyOfRange(data, from, Math.min(data.length, from + Chunk.MAX_BYTES));
            store(web, leaf);
            tree.leaf(Chunk.of(leaf).digest(), leaf.length);
        }
        byte[] root = tree.root(ObjectDigests.of(new byte[20], new byte[32], HexFormat.of().parseHex(claimed)));
        store(web, root);
        return root;
    }

    private static void store(Web web, byte[] chunk) {
        assertThat(web.call("PUT", "/api/drive/chunk", chunk).statusCode()).isEqualTo(200);
    }

    private static long copies(TestNode node, byte[] data) {
        return node.database().number("SELECT copies FROM apidrive.chunk WHERE id = '" + id(data) + "'");
    }

    private static String id(byte[] data) {
        return Chunk.of(data).id().toString();
    }

    private static String put(Web web, String path, byte[] data) {
        HttpResponse<byte[]> answer = web.call("PUT", path, data);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return Sha512.of(data);
    }

    /** The whole answer to a request whose header is told, each byte a character. */
    private static String raw(TestNode node, String header) throws Exception {
        try (Socket socket = open(node, header + "Connection: close\r\n\r\n")) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Socket open(TestNode node, String request) throws Exception {
        Socket socket = new Socket("127.0.0.1", node.uri("/").getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
