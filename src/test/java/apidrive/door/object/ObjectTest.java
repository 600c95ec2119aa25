package apidrive.door.object;

import static apidrive.door.object.Web.document;
import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.problem;
import static apidrive.door.object.Web.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLConnection;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.TreeBuilder;
import apidrive.manifest.TreeShape;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Document;

/** Objects as HTTP's own tools see them. */
class ObjectTest {
    private static final String PATH = "/api/drive/object";
    private static final byte[] DATA = random(300_000);
    private static final String TAG = '"' + sha("SHA-256", DATA) + '"';

    private static TestNode node;
    private static Web web;
    private static String root;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        web = new Web(node);
        root = web.stored(DATA, "Content-Type", "image/png", "Content-Disposition", "attachment; filename*=UTF-8''na%C3%AFve.png");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
    void an_object_of_any_size_comes_back_with_its_digests_by_put_and_post_with_and_without_a_length(int size) {
        byte[] data = random(size);
        HttpResponse<byte[]> put = web.call("PUT", PATH, data);
        Document told = document(put);
        String root = told.text("Root").orElseThrow();

        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(header(put, "Location")).isEqualTo("/api/drive/object/" + root);
        assertThat(header(put, "ETag")).isEqualTo('"' + sha("SHA-256", data) + '"');
        assertThat(told.number("Size")).hasValue(size);
        assertThat(told.text("Sha1")).contains(sha("SHA-1", data));
        assertThat(told.text("Sha256")).contains(sha("SHA-256", data));
        assertThat(told.text("Sha512")).contains(sha("SHA-512", data));
        assertThat(told.text("RootDigest").flatMap(Digest::parse).map(ChunkId::of).map(ChunkId::toString)).contains(root);
        HttpResponse<byte[]> got = web.call("GET", PATH + "/" + root, null);
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(data);
        assertThat(header(got, "Content-Length")).isEqualTo(Integer.toString(size));
        assertThat(document(web.stream("POST", PATH, new ByteArrayInputStream(data))).text("Root")).contains(root);
    }

    @Test
    void an_object_that_fills_one_manifest_and_one_beyond_it_come_back_whole_and_in_part() throws Exception {
        int most = (int) TreeShape.STANDARD.capacity(1);
        for (int size : new int[] {most, most + 1}) {
            Endless data = new Endless(size);
            Document told = document(web.stream("PUT", PATH, data));
            String root = told.text("Root").orElseThrow();
            assertThat(told.text("Sha256")).contains(HexFormat.of().formatHex(data.digest.digest()));

            try (InputStream in = web.uri(PATH + "/" + root).toURL().openStream()) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] buffer = new byte[1 << 16];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                }
                assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(told.text("Sha256").orElseThrow());
            }
            assertThat(web.call("GET", PATH + "/" + root, null, "Range", "bytes=" + (most - 10) + "-").body())
                    .isEqualTo(Endless.bytes(most - 10, size));
        }
    }

    @Test
    void an_object_of_more_bytes_than_an_int_counts_tells_its_length_and_gives_its_end() throws Exception {
        byte[] leaf = random(65_536);
        web.call("PUT", "/api/drive/chunk", leaf);
        List<ChunkId> nodes = new ArrayList<>();
        TreeBuilder tree = new TreeBuilder(TreeShape.STANDARD,
                inner -> nodes.add(document(web.call("PUT", "/api/drive/chunk", inner)).id("Id").orElseThrow()));
        while (tree.bytes() <= 3L << 30) {
            boolean isOther = tree.bytes() == 1 << 30;  // so that one node is like no other
            tree.leaf(isOther ? Digest.of(new byte[1]) : Digest.of(leaf), leaf.length);
        }
        String size = Long.toString(tree.bytes());
        byte[] top = tree.root(ObjectDigests.of(new byte[20], new byte[32], new byte[64]));
        String large = PATH + "/" + document(web.call("PUT", "/api/drive/chunk", top)).text("Id").orElseThrow();
        node.database().execute("DELETE FROM apidrive.chunk WHERE id = '" + nodes.get(8) + "'");

        assertThat(header(web.call("HEAD", large, null), "Content-Length")).isEqualTo(size);
        HttpResponse<byte[]> end = web.call("GET", large, null, "Range", "bytes=3221225472-3221290999");
        assertThat(header(end, "Content-Range")).isEqualTo("bytes 3221225472-3221290999/" + size);
        assertThat(end.body()).isEqualTo(Arrays.copyOf(leaf, 65_528));
        URLConnection whole = web.uri(large).toURL().openConnection();
        assertThat(whole.getHeaderField("Content-Length")).isEqualTo(size);
        try (InputStream in = whole.getInputStream()) {
            assertThat(in.readNBytes(65_536)).isEqualTo(leaf);
        }
        assertThatThrownBy(() -> web.call("GET", large + ".apidrive", null)).as("a manifest ends with its tree")
                .hasMessageContaining("chunked transfer encoding");
    }

    @Test
    void head_tells_what_get_tells_without_the_bytes() {
        HttpResponse<byte[]> get = web.call("GET", PATH + "/" + root, null);
        HttpResponse<byte[]> head = web.call("HEAD", PATH + "/" + root, null);

        assertThat(head.body()).isEmpty();
        for (String field : List.of("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Cache-Control", "Content-Disposition",
                "Repr-Digest", "X-Content-Type-Options", "Content-Security-Policy")) {
            assertThat(header(head, field)).as(field).isNotNull().isEqualTo(header(get, field));
        }
        assertThat(header(get, "Content-Type")).isEqualTo("image/png");
        assertThat(header(get, "Content-Disposition")).isEqualTo("inline; filename=\"na_ve.png\"; filename*=UTF-8''na%C3%AFve.png");
        assertThat(header(get, "Repr-Digest")).startsWith("sha-256=:"
                + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha("SHA-256", DATA))) + ":, sha-512=:");
        assertThat(header(get, "ETag")).isEqualTo(TAG);
    }

    @Test
    void random_ranges_are_the_parts_of_the_whole() {
        Random random = new Random(11);
        for (int i = 0; i < 200; i++) {
            int from = random.nextInt(DATA.length);
            int to = from + random.nextInt(DATA.length - from);
            HttpResponse<byte[]> answer = web.call("GET", PATH + "/" + root, null, "Range", "bytes=" + from + "-" + to);

            assertThat(answer.statusCode()).isEqualTo(206);
            assertThat(header(answer, "Content-Range")).isEqualTo("bytes " + from + "-" + to + "/" + DATA.length);
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(DATA, from, to + 1));
        }
    }

    @Test
    void several_ranges_come_as_parts_each_with_its_place() {
        HttpResponse<byte[]> answer = web.call("GET", PATH + "/" + root, null, "Range", "bytes=0-9,65530-65545,299990-");
        String type = header(answer, "Content-Type");
        String boundary = type.substring(type.indexOf("boundary=") + 9);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        int[][] spans = {{0, 9}, {65_530, 65_545}, {299_990, 299_999}};
        for (int[] span : spans) {
            expected.writeBytes(((span[0] == 0 ? "" : "\r\n") + "--" + boundary + "\r\nContent-Type: image/png\r\nContent-Range: bytes "
                    + span[0] + "-" + span[1] + "/300000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            expected.writeBytes(Arrays.copyOfRange(DATA, span[0], span[1] + 1));
        }
        expected.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        assertThat(answer.headers().allValues("Content-Type")).hasSize(1);
        assertThat(answer.body()).isEqualTo(expected.toByteArray());
        assertThat(header(answer, "Content-Length")).isEqualTo(Integer.toString(expected.size()));
    }

    @Test
    void a_range_beyond_the_end_is_416_and_of_other_bytes_the_whole() {
        HttpResponse<byte[]> beyond = web.call("GET", PATH + "/" + root, null, "Range", "bytes=300000-");

        assertThat(problem(beyond)).isEqualTo("range-not-satisfiable");
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */300000");
        assertThat(web.call("GET", PATH + "/" + root, null, "Range", "bytes=0-1", "If-Range", TAG).statusCode()).isEqualTo(206);
        assertThat(web.call("GET", PATH + "/" + root, null, "Range", "bytes=0-1", "If-Range", "\"x\"").statusCode()).isEqualTo(200);
        assertThat(web.call("GET", PATH + "/" + root, null, "Range", "bytes=0-1", "If-Range", "W/" + TAG).statusCode()).isEqualTo(200);
        assertThat(web.call("HEAD", PATH + "/" + root, null, "Range", "bytes=0-1").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"If-None-Match,T,304", "If-None-Match,*,304", "If-None-Match,W/T,304", "If-None-Match,'\"x\", T',304",
        "If-None-Match,\"x\",200", "If-Match,T,200", "If-Match,*,200", "If-Match,\"x\",412"})
    void conditions_on_a_read_are_kept(String field, String value, int status) {
        for (String method : List.of("GET", "HEAD")) {
            HttpResponse<byte[]> answer = web.call(method, PATH + "/" + root, null, field, value.replace("T", TAG));
            assertThat(answer.statusCode()).as(method).isEqualTo(status);
            if (status == 304) {
                assertThat(header(answer, "ETag")).isEqualTo(TAG);
                assertThat(answer.body()).isEmpty();
            }
        }
    }

    @Test
    void conditions_on_a_write_spare_bytes_that_are_kept() {
        byte[] data = random(70_001);
        String tag = '"' + sha("SHA-256", data) + '"';
        assertThat(web.call("PUT", PATH, data, "If-None-Match", tag).statusCode()).isEqualTo(201);

        assertThat(problem(web.call("PUT", PATH, data, "If-None-Match", tag))).isEqualTo("precondition-failed");
        assertThat(problem(web.call("PUT", PATH, new byte[0], "If-None-Match", tag))).as("before the bytes come").isEqualTo("precondition-failed");
        assertThat(problem(web.call("PUT", PATH, data, "If-None-Match", "*"))).isEqualTo("precondition-failed");
        assertThat(web.call("PUT", PATH, random(70_002), "If-None-Match", "*").statusCode()).isEqualTo(201);
        assertThat(web.call("PUT", PATH, data, "If-None-Match", TAG.replace('a', 'b')).statusCode()).isEqualTo(201);
    }

    @Test
    void bytes_that_are_not_those_announced_are_no_object() {
        String right = "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha("SHA-256", "right".getBytes()))) + ":";

        assertThat(web.call("PUT", PATH, "right".getBytes(), "Content-Digest", right).statusCode()).isEqualTo(201);
        assertThat(web.call("PUT", PATH, "right".getBytes(), "Repr-Digest", "sha-512=:x:, " + right).statusCode()).isEqualTo(201);
        assertThat(problem(web.call("PUT", PATH, "wrong".getBytes(), "Content-Digest", right))).isEqualTo("digest-mismatch");
        assertThat(problem(web.call("PUT", PATH, "wrong".getBytes(), "Content-Digest", "sha-256=:AAAA:"))).isEqualTo("malformed");
        assertThat(node.database().number("SELECT count(*) FROM apidrive.object WHERE sha1 = '\\x"
                + sha("SHA-1", "wrong".getBytes()) + "'")).isZero();
    }

    @Test
    void what_could_run_in_a_browser_is_saved_and_what_could_not_is_shown() {
        String page = web.stored("<script>alert(1)</script>".getBytes(), "Content-Type", "text/html; charset=utf-8");
        HttpResponse<byte[]> got = web.call("GET", PATH + "/" + page, null);

        assertThat(header(got, "Content-Type")).isEqualToIgnoringWhitespace("text/html; charset=utf-8");
        assertThat(header(got, "Content-Disposition")).isEqualTo("attachment");
        assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(got, "Content-Security-Policy")).isEqualTo("sandbox");
        assertThat(header(web.call("GET", PATH + "/" + root + "?download&name=other.png", null), "Content-Disposition"))
                .isEqualTo("attachment; filename=\"other.png\"");
    }

    @Test
    void the_name_may_stand_in_the_query_and_curls_form_is_bytes() {
        HttpResponse<byte[]> answer = web.call("POST", PATH + "?name=a%20b.txt", "a=1".getBytes(), "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(document(answer).text("FileName")).contains("a b.txt");
        assertThat(document(answer).text("MediaType")).contains("application/octet-stream");
        assertThat(document(answer).number("Size")).hasValue(3);
        assertThat(problem(web.call("POST", PATH + "?name=a%0Ab", new byte[1]))).isEqualTo("malformed");
    }

    @Test
    void the_exported_manifest_names_every_chunk_and_where_it_is() throws Exception {
        HttpResponse<byte[]> answer = web.call("GET", PATH + "/" + root + ".apidrive", null);
        List<Manifest> files = ManifestReader.read(new ByteArrayInputStream(answer.body()));
        Manifest file = files.get(0);

        assertThat(files).hasSize(1);
        assertThat(file.name()).isEqualTo("naïve.png");
        assertThat(file.length()).isEqualTo(DATA.length);
        assertThat(file.places()).containsExactly(node.uri("/api/drive/retrieve"));
        for (int order = 0; order < file.count(); order++) {
            assertThat(file.accepts(order, Arrays.copyOfRange(DATA, order * 65_536, Math.min(DATA.length, (order + 1) * 65_536)))).isTrue();
        }
        assertThat(header(answer, "Content-Disposition")).contains("naïve.png.apidrive".replace("ï", "%C3%AF"));
    }

    @Test
    void what_is_no_root_is_no_object_and_what_is_a_false_one_is_refused() {
        String chunk = document(web.call("PUT", "/api/drive/chunk", random(500))).text("Id").orElseThrow();
        byte[] forged = web.call("GET", "/api/drive/chunk/" + root, null).body().clone();
        forged[20] = 1;
        String liar = document(web.call("PUT", "/api/drive/chunk", forged)).text("Id").orElseThrow();

        assertThat(problem(web.call("GET", PATH + "/" + chunk, null))).isEqualTo("object-not-found");
        assertThat(problem(web.call("GET", PATH + "/" + Chunk.of(new byte[] {7}).id(), null))).isEqualTo("object-not-found");
        assertThat(web.call("HEAD", PATH + "/" + Chunk.of(new byte[] {7}).id(), null).statusCode()).isEqualTo(404);
        assertThat(problem(web.call("GET", PATH + "/no-guid", null))).isEqualTo("malformed");
        assertThat(problem(web.call("GET", PATH + "/" + liar, null))).isEqualTo("malformed");
    }

    @Test
    void a_root_that_claims_other_digests_spares_nobody_the_bytes_that_have_them() {
        byte[] wanted = random(4_321);
        byte[] forged = web.call("GET", "/api/drive/chunk/" + root, null).body().clone();
        System.arraycopy(HexFormat.of().parseHex(sha("SHA-256", wanted)), 0, forged, 52, 32);
        String liar = document(web.call("PUT", "/api/drive/chunk", forged)).text("Id").orElseThrow();
        assertThat(header(web.call("GET", PATH + "/" + liar, null), "ETag")).contains(sha("SHA-256", wanted));

        assertThat(web.call("PUT", PATH, wanted, "If-None-Match", '"' + sha("SHA-256", wanted) + '"').statusCode()).isEqualTo(201);
    }

    @Test
    void an_object_that_lost_a_chunk_is_a_problem_at_its_beginning_and_a_broken_connection_later() throws Exception {
        byte[] data = random(3_000_000);
        String lost = web.stored(data);
        node.database().execute("DELETE FROM apidrive.chunk WHERE id = '"
                + Chunk.of(Arrays.copyOfRange(data, 40 * 65_536, 41 * 65_536)).id() + "'");

        assertThat(problem(web.call("GET", PATH + "/" + lost, null, "Range", "bytes=" + 40 * 65_536 + "-"))).isEqualTo("chunk-not-found");
        assertThat(web.call("GET", PATH + "/" + lost, null, "Range", "bytes=0-99999").body()).isEqualTo(Arrays.copyOf(data, 100_000));
        assertThatThrownBy(() -> web.call("GET", PATH + "/" + lost, null)).hasMessageContaining("content-length: 3000000");
    }

    @Test
    void an_upload_that_breaks_off_is_no_object_and_the_node_goes_on() throws Exception {
        long before = node.database().number("SELECT count(*) FROM apidrive.object");
        try (Socket socket = new Socket("127.0.0.1", web.uri("/").getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PUT " + PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(random(500_000));
            out.flush();
        }

        assertThat(web.call("GET", PATH + "/" + root, null).body()).isEqualTo(DATA);
        assertThat(node.database().number("SELECT count(*) FROM apidrive.object")).isEqualTo(before);
        Awaitility.await().untilAsserted(() -> assertThat(metric("apidrive_object_uploads")).isZero());
    }

    @Test
    void a_reader_that_breaks_off_is_no_longer_read_for() throws Exception {
        String large = document(web.stream("PUT", PATH, new Endless(64 << 20))).text("Root").orElseThrow();
        try (Socket socket = new Socket("127.0.0.1", web.uri("/").getPort())) {
            socket.getOutputStream().write(("GET " + PATH + "/" + large + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            assertThat(metric("apidrive_object_downloads")).isPositive();
        }
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(metric("apidrive_object_downloads")).isZero());
    }

    @Test
    void what_is_encoded_or_a_part_is_refused() {
        HttpResponse<byte[]> encoded = web.call("PUT", PATH, new byte[3], "Content-Encoding", "gzip");

        assertThat(problem(encoded)).isEqualTo("unsupported-media-type");
        assertThat(header(encoded, "Accept-Encoding")).isEqualTo("identity");
        assertThat(problem(web.call("PUT", PATH, new byte[3], "Content-Range", "bytes 3-5/6"))).isEqualTo("malformed");
        assertThat(web.call("PUT", PATH, new byte[3], "Content-Type", "nonsense").statusCode()).isEqualTo(400);
        assertThat(problem(web.call("PUT", PATH + "?copies=9", new byte[3]))).isEqualTo("malformed");
    }

    /** As what was stored before there were claims. */
    @Test
    void who_reads_a_part_of_what_nobody_claims_keeps_the_whole() {
        byte[] data = random(800_000);
        String object = web.stored(data);
        node.database().execute("DELETE FROM apidrive.lease; UPDATE apidrive.chunk SET plain_until = NULL, expires_at = now() + interval '5 days'");
        node.database().execute("UPDATE apidrive.object SET expires_at = now() + interval '5 days'");
        assertThat(web.call("GET", PATH + "/" + object, null, "Range", "bytes=700000-700001").statusCode()).isEqualTo(206);

        List<String> ids = java.util.stream.IntStream.range(0, 13).mapToObj(i -> "'" + Chunk.of(Arrays.copyOfRange(data, i * 65_536,
                Math.min(data.length, (i + 1) * 65_536))).id() + "'").toList();
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk WHERE expires_at > now() + interval '29 days' "
                    + "AND id IN (" + String.join(",", ids) + ")")).isEqualTo(13);
            assertThat(node.database().number("SELECT count(*) FROM apidrive.object WHERE expires_at > now() + interval '29 days' "
                    + "AND root = '" + object + "'")).isOne();
        });
    }

    private static double metric(String name) {
        return Web.text(web.call("GET", "/metrics", null)).lines().filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1])).findFirst().orElseThrow();
    }

    private static String sha(String algorithm, byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
