package apidrive.door.object;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.problem;
import static apidrive.door.object.Web.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestDatabase;
import apidrive.TestNode;
import apidrive.manifest.TreeShape;

/** Uploads by the tus protocol 1.0. */
class UploadTest {
    private static final String PATH = "/api/drive/upload";
    private static TestNode node;
    private static Web web;

    @BeforeAll
    static void start() {
        node = TestNode.start(Map.of("object-bytes", "8MiB"));
        web = new Web(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void a_server_tells_what_it_understands() {
        HttpResponse<byte[]> answer = web.call("OPTIONS", PATH, null);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(header(answer, "Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(header(answer, "Tus-Version")).isEqualTo("1.0.0");
        assertThat(header(answer, "Tus-Max-Size")).isEqualTo(Integer.toString(8 << 20));
        assertThat(header(answer, "Tus-Extension").split(",")).containsExactlyInAnyOrder("creation", "creation-with-upload",
                "creation-defer-length", "expiration", "checksum", "termination");
        assertThat(header(answer, "Tus-Checksum-Algorithm").split(",")).contains("sha1", "sha256");
    }

    @Test
    void an_upload_in_parts_of_any_size_becomes_the_object_and_tells_where_it_stands() {
        byte[] data = random(400_001);
        HttpResponse<byte[]> created = create(data.length, "Upload-Metadata", "filename d29ybGQucG5n,filetype aW1hZ2UvcG5n");
        String upload = header(created, "Location");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(Web.text(created)).isEmpty();

        Random random = new Random(1);
        int offset = 0;
        while (offset < data.length) {
            int to = Math.min(data.length, offset + 1 + random.nextInt(90_000));
            HttpResponse<byte[]> answer = patch(upload, offset, Arrays.copyOfRange(data, offset, to));
            assertThat(answer.statusCode()).as(Web.text(answer)).isEqualTo(204);
            assertThat(header(answer, "Upload-Offset")).isEqualTo(Integer.toString(to));
            assertThat(header(answer, "Tus-Resumable")).isEqualTo("1.0.0");
            HttpResponse<byte[]> head = head(upload);
            assertThat(header(head, "Upload-Offset")).isEqualTo(Integer.toString(to));
            assertThat(header(head, "Upload-Length")).isEqualTo("400001");
            assertThat(header(head, "Upload-Metadata")).isEqualTo("filename d29ybGQucG5n,filetype aW1hZ2UvcG5n");
            assertThat(header(head, "Cache-Control")).isEqualTo("no-store");
            assertThat(header(head, "Object-Location") != null).isEqualTo(to == data.length);
            offset = to;
        }
        HttpResponse<byte[]> object = web.call("GET", header(head(upload), "Object-Location"), null);
        assertThat(object.body()).isEqualTo(data);
        assertThat(header(object, "Content-Type")).isEqualTo("image/png");
        assertThat(header(object, "Content-Disposition")).contains("world.png");
        assertThat(header(object, "ETag")).isEqualTo(header(web.call("PUT", "/api/drive/object", data), "ETag"));
        assertThat(patch(upload, data.length, new byte[0]).statusCode()).as("again, harmlessly").isEqualTo(204);
    }

    @Test
    void an_upload_says_how_long_its_object_is_to_be_kept() {
        byte[] data = random(70_003);
        String upload = header(create(data.length, "Upload-Metadata", "lifetime UDJE"), "Location");  // P2D
        patch(upload, 0, data);
        HttpResponse<byte[]> named = web.call("GET", "/api/drive/name/sha256/" + header(web.call("GET", header(head(upload),
                "Object-Location"), null), "ETag").replace("\"", ""), null);

        assertThat(ZonedDateTime.parse(header(named, "Apidrive-Ends"), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
                .isBetween(Instant.now().plus(Duration.ofHours(47)), Instant.now().plus(Duration.ofHours(49)));
        assertThat(create(1, "Upload-Metadata", "lifetime " + Base64.getEncoder().encodeToString("for ever".getBytes(StandardCharsets.UTF_8))).statusCode()).isEqualTo(400);
        assertThat(create(1, "Upload-Metadata", "lifetime").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537})
    void the_first_bytes_may_come_with_the_creation_and_be_all_of_them(int size) {
        byte[] data = random(size);
        HttpResponse<byte[]> created = web.call("POST", PATH, data, "Tus-Resumable", "1.0.0", "Upload-Length", Integer.toString(size),
                "Content-Type", "application/offset+octet-stream");

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(header(created, "Upload-Offset")).isEqualTo(Integer.toString(size));
        assertThat(web.call("GET", header(created, "Object-Location"), null).body()).isEqualTo(data);
    }

    @Test
    void an_empty_upload_is_whole_when_it_is_created() {
        assertThat(web.call("GET", header(create(0), "Object-Location"), null).body()).isEmpty();
    }

    @Test
    void the_length_may_be_told_later_and_then_holds() {
        byte[] data = random(100_000);
        String upload = header(web.call("POST", PATH, new byte[0], "Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1"), "Location");
        patch(upload, 0, Arrays.copyOf(data, 70_000));
        assertThat(header(head(upload), "Upload-Defer-Length")).isEqualTo("1");
        assertThat(header(head(upload), "Upload-Length")).isNull();

        assertThat(patch(upload, 70_000, Arrays.copyOfRange(data, 70_000, 80_000), "Upload-Length", "100000").statusCode()).isEqualTo(204);
        assertThat(header(head(upload), "Upload-Length")).isEqualTo("100000");
        assertThat(problem(patch(upload, 80_000, new byte[1], "Upload-Length", "100001"))).isEqualTo("malformed");
        assertThat(patch(upload, 80_000, Arrays.copyOfRange(data, 80_000, 100_000)).statusCode()).isEqualTo(204);
        assertThat(web.call("GET", header(head(upload), "Object-Location"), null).body()).isEqualTo(data);
    }

    @Test
    void a_length_told_last_ends_the_upload_where_it_stands() {
        String upload = header(web.call("POST", PATH, new byte[0], "Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1"), "Location");
        patch(upload, 0, random(70_000));

        assertThat(problem(patch(upload, 70_000, new byte[0], "Upload-Length", "69999"))).isEqualTo("too-large");
        HttpResponse<byte[]> last = patch(upload, 70_000, new byte[0], "Upload-Length", "70000");
        assertThat(web.call("GET", header(last, "Object-Location"), null).body()).isEqualTo(random(70_000));
    }

    @Test
    void bytes_with_another_checksum_are_discarded_and_with_theirs_are_kept() throws Exception {
        byte[] data = random(150_000);
        String upload = header(create(data.length), "Location");
        for (String[] algorithm : new String[][] {{"sha1", "SHA-1"}, {"sha256", "SHA-256"}, {"sha512", "SHA-512"}}) {
            int offset = Integer.parseInt(header(head(upload), "Upload-Offset"));
            byte[] part = Arrays.copyOfRange(data, offset, offset + 50_000);
            String right = algorithm[0] + " " + Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm[1]).digest(part));
            part[49_999] ^= 1;
            HttpResponse<byte[]> refused = patch(upload, offset, part, "Upload-Checksum", right);
            assertThat(refused.statusCode()).isEqualTo(460);
            assertThat(problem(refused)).isEqualTo("checksum-mismatch");
            assertThat(header(head(upload), "Upload-Offset")).isEqualTo(Integer.toString(offset));
            part[49_999] ^= 1;
            assertThat(patch(upload, offset, part, "Upload-Checksum", right).statusCode()).isEqualTo(204);
        }
        assertThat(web.call("GET", header(head(upload), "Object-Location"), null).body()).isEqualTo(data);
        assertThat(problem(patch(header(create(1), "Location"), 0, new byte[1], "Upload-Checksum", "md5 AAAA"))).isEqualTo("malformed");
    }

    @Test
    void of_an_upload_cut_off_anywhere_all_that_came_is_kept_unless_it_had_a_checksum() throws Exception {
        byte[] data = random(300_000);
        Random random = new Random(9);
        String upload = header(create(data.length), "Location");
        int offset = 0;
        for (int i = 0; i < 6; i++) {
            int cut = random.nextInt(60_000);
            cutOff(upload, offset, data, cut, "");
            int expected = offset + cut;
            Awaitility.await().untilAsserted(() -> assertThat(header(head(upload), "Upload-Offset")).isEqualTo(Integer.toString(expected)));
            offset += cut;
            cutOff(upload, offset, data, 10_000, "Upload-Checksum: sha1 AAAA\r\n");
        }
        int at = offset;
        Awaitility.await().untilAsserted(() -> assertThat(patch(upload, at, Arrays.copyOfRange(data, at, data.length)).statusCode())
                .isEqualTo(204));
        assertThat(web.call("GET", header(head(upload), "Object-Location"), null).body()).isEqualTo(data);
        assertThat(header(head(upload), "Object-Location")).as("its root, all digests in it")
                .isEqualTo(header(web.call("PUT", "/api/drive/object", data), "Location"));
    }

    @Test
    void after_a_restart_of_the_node_another_takes_the_rest_and_knows_the_digests() {
        byte[] data = random(700_000);
        TestDatabase database = TestDatabase.migrated();
        try {
            String upload;
            try (TestNode first = TestNode.start(database, Map.of())) {
                Web before = new Web(first);
                upload = header(before.call("POST", PATH, Arrays.copyOf(data, 500_000), "Tus-Resumable", "1.0.0", "Upload-Length",
                        "700000", "Content-Type", "application/offset+octet-stream"), "Location");
            }
            try (TestNode second = TestNode.start(database, Map.of())) {
                Web after = new Web(second);
                HttpResponse<byte[]> answer = after.call("PATCH", upload, Arrays.copyOfRange(data, 500_000, 700_000), headers(500_000));
                HttpResponse<byte[]> object = after.call("GET", header(answer, "Object-Location"), null);
                assertThat(object.body()).isEqualTo(data);
                assertThat(header(object, "ETag")).isEqualTo(header(after.call("PUT", "/api/drive/object", data), "ETag"));
            }
        } finally {
            database.close();
        }
    }

    @Test
    void after_a_restart_beyond_one_manifest_the_rest_makes_the_same_tree_and_digests() {
        long cut = TreeShape.STANDARD.capacity(1) + 1_000_077;
        long size = cut + 2_000_000;
        TestDatabase database = TestDatabase.migrated();
        try {
            String upload;
            try (TestNode first = TestNode.start(database, Map.of())) {
                HttpResponse<byte[]> begun = new Web(first).stream("POST", PATH, new Endless(cut), "Tus-Resumable", "1.0.0",
                        "Upload-Length", Long.toString(size), "Content-Type", "application/offset+octet-stream");
                assertThat(header(begun, "Upload-Offset")).isEqualTo(Long.toString(cut));
                upload = header(begun, "Location");
            }
            try (TestNode second = TestNode.start(database, Map.of())) {
                Web after = new Web(second);
                HttpResponse<byte[]> last = after.call("PATCH", upload, Endless.bytes(cut, size), headers(cut));
                HttpResponse<byte[]> atOnce = after.stream("PUT", "/api/drive/object", new Endless(size));
                assertThat(header(last, "Object-Location")).as("its root, all digests in it").isEqualTo(header(atOnce, "Location"));
                assertThat(after.call("GET", header(last, "Object-Location"), null, "Range", "bytes=" + (cut - 100) + "-" + (cut + 99))
                        .body()).isEqualTo(Endless.bytes(cut - 100, cut + 100));
            }
        } finally {
            database.close();
        }
    }

    @Test
    void an_upload_whose_row_went_back_as_after_a_failover_goes_on_from_there() {
        byte[] data = random(400_000);
        String upload = header(create(data.length), "Location");
        patch(upload, 0, Arrays.copyOf(data, 100_000));
        node.database().execute("CREATE TABLE before AS SELECT * FROM apidrive.upload WHERE received = 100000");
        patch(upload, 100_000, Arrays.copyOfRange(data, 100_000, 300_000));
        node.database().execute("UPDATE apidrive.upload u SET received = b.received, tree = b.tree, tail = b.tail FROM before b WHERE u.id = b.id");

        assertThat(header(head(upload), "Upload-Offset")).isEqualTo("100000");
        HttpResponse<byte[]> last = patch(upload, 100_000, Arrays.copyOfRange(data, 100_000, 400_000));
        assertThat(header(last, "Object-Location")).isEqualTo(header(web.call("PUT", "/api/drive/object", data), "Location"));
    }

    @Test
    void two_wars_on_one_database_take_turns_at_one_upload() {
        byte[] data = random(500_000);
        TestDatabase database = TestDatabase.migrated();
        try (TestNode one = TestNode.start(database, Map.of()); TestNode other = TestNode.start(database, Map.of())) {
            Web[] wars = {new Web(one), new Web(other)};
            String upload = header(wars[0].call("POST", PATH, new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", "500000"), "Location");
            HttpResponse<byte[]> last = null;
            for (int i = 0; i < 5; i++) {
                last = wars[i % 2].call("PATCH", upload, Arrays.copyOfRange(data, i * 100_000, (i + 1) * 100_000), headers(i * 100_000));
                assertThat(last.statusCode()).isEqualTo(204);
            }
            assertThat(header(wars[1].call("GET", header(last, "Object-Location"), null), "ETag"))
                    .isEqualTo(header(wars[1].call("PUT", "/api/drive/object", data), "ETag"));
        } finally {
            database.close();
        }
    }

    @Test
    void while_one_writes_another_is_locked_out_and_afterwards_finds_another_offset() throws Exception {
        byte[] data = random(100_000);
        String upload = header(create(data.length), "Location");
        try (Socket socket = begun(upload, 0, 100_000, "")) {
            socket.getOutputStream().write(data, 0, 50_000);
            socket.getOutputStream().flush();
            awaitWriter();
            HttpResponse<byte[]> locked = patch(upload, 0, data);
            assertThat(locked.statusCode()).isEqualTo(423);
            assertThat(problem(locked)).isEqualTo("upload-locked");
            assertThat(header(locked, "Retry-After")).isNotNull();
        }
        Awaitility.await().untilAsserted(() -> assertThat(header(head(upload), "Upload-Offset")).isEqualTo("50000"));
        HttpResponse<byte[]> elsewhere = patch(upload, 0, data);
        assertThat(elsewhere.statusCode()).isEqualTo(409);
        assertThat(problem(elsewhere)).isEqualTo("offset-mismatch");
        assertThat(header(elsewhere, "Upload-Offset")).isEqualTo("50000");
    }

    @Test
    void a_writer_that_was_overtaken_can_write_no_more() throws Exception {
        byte[] data = random(200_000);
        String upload = header(create(data.length), "Location");
        try (Socket socket = begun(upload, 0, 200_000, "")) {
            socket.getOutputStream().write(data, 0, 100_000);
            socket.getOutputStream().flush();
            awaitWriter();
            assertThat(patch(upload, 0, data).statusCode()).isEqualTo(423);
            node.database().execute("UPDATE apidrive.upload SET writer_until = now() - interval '1 second' WHERE root IS NULL");
            assertThat(patch(upload, 0, Arrays.copyOf(data, 150_000)).statusCode()).isEqualTo(204);
            socket.getOutputStream().write(data, 100_000, 100_000);
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 423");
        }
        assertThat(header(head(upload), "Upload-Offset")).isEqualTo("150000");
        patch(upload, 150_000, Arrays.copyOfRange(data, 150_000, 200_000));
        assertThat(web.call("GET", header(head(upload), "Object-Location"), null).body()).isEqualTo(data);
    }

    @Test
    void an_ended_upload_is_gone_and_its_object_is_not() {
        String upload = header(create(10), "Location");
        assertThat(web.call("DELETE", upload, null, "Tus-Resumable", "1.0.0").statusCode()).isEqualTo(204);
        assertThat(head(upload).statusCode()).isEqualTo(404);
        assertThat(problem(patch(upload, 0, new byte[1]))).isEqualTo("upload-not-found");
        assertThat(web.call("DELETE", upload, null, "Tus-Resumable", "1.0.0").statusCode()).isEqualTo(404);

        String whole = header(create(10), "Location");
        String object = header(patch(whole, 0, random(10)), "Object-Location");
        assertThat(web.call("DELETE", whole, null, "Tus-Resumable", "1.0.0").statusCode()).isEqualTo(204);
        assertThat(web.call("GET", object, null).body()).isEqualTo(random(10));
    }

    @Test
    void an_upload_expires_as_it_says_unless_it_goes_on() {
        try (TestNode brief = TestNode.start(Map.of("upload-lifetime", "PT5S"))) {
            Web web = new Web(brief);
            HttpResponse<byte[]> created = web.call("POST", PATH, new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", "10");
            Instant first = expires(created);
            assertThat(Duration.between(Instant.now(), first)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
            Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            assertThat(expires(web.call("PATCH", header(created, "Location"), new byte[2], headers(0)))).isAfter(first);
            brief.database().execute("UPDATE apidrive.upload SET expires_at = now() - interval '1 second'");
            assertThat(web.call("HEAD", header(created, "Location"), null, "Tus-Resumable", "1.0.0").statusCode()).isEqualTo(404);
            assertThat(web.call("PATCH", header(created, "Location"), new byte[2], headers(2)).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void no_upload_takes_longer_than_half_of_a_chunks_lifetime() {
        try (TestNode brief = TestNode.start(Map.of("lifetime", "PT10M"))) {
            HttpResponse<byte[]> created = new Web(brief).call("POST", PATH, new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", "10");
            assertThat(Duration.between(Instant.now(), expires(created))).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
        }
    }

    @Test
    void a_client_that_can_send_post_alone_names_its_verb() {
        String upload = header(create(10), "Location");
        HttpResponse<byte[]> patched = web.call("POST", upload, random(10), "X-HTTP-Method-Override", "PATCH", "Tus-Resumable", "1.0.0",
                "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream");

        assertThat(patched.statusCode()).isEqualTo(204);
        assertThat(web.call("GET", header(patched, "Object-Location"), null).body()).isEqualTo(random(10));
    }

    @Test
    void another_version_of_the_protocol_is_refused_and_told_ours() {
        for (String[] headers : new String[][] {{"Tus-Resumable", "0.2.2", "Upload-Length", "1"}, {"Upload-Length", "1"}}) {
            HttpResponse<byte[]> answer = web.call("POST", PATH, new byte[0], headers);
            assertThat(answer.statusCode()).isEqualTo(412);
            assertThat(header(answer, "Tus-Version")).isEqualTo("1.0.0");
            assertThat(header(answer, "Tus-Resumable")).isEqualTo("1.0.0");
        }
    }

    @ParameterizedTest
    @CsvSource({"Upload-Length,-1,400", "Upload-Length,x,400", "Upload-Length,8388609,413", "Upload-Defer-Length,2,400",
        "Upload-Offset,0,400"})
    void a_creation_that_makes_no_sense_is_refused(String field, String value, int status) {
        assertThat(web.call("POST", PATH, new byte[0], "Tus-Resumable", "1.0.0", field, value).statusCode()).isEqualTo(status);
    }

    @Test
    void more_than_was_announced_and_what_is_no_part_are_refused() {
        String upload = header(create(10), "Location");

        assertThat(problem(patch(upload, 0, new byte[11]))).isEqualTo("too-large");
        assertThat(web.stream("PATCH", upload, new java.io.ByteArrayInputStream(new byte[11]), headers(0)).statusCode()).isEqualTo(413);
        assertThat(header(head(upload), "Upload-Offset")).isEqualTo("0");
        assertThat(web.call("PATCH", upload, new byte[1], "Tus-Resumable", "1.0.0", "Upload-Offset", "0").statusCode()).isEqualTo(415);
        assertThat(web.call("PATCH", upload, new byte[1], "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream")
                .statusCode()).isEqualTo(400);
        assertThat(head(PATH + "/0123456789abcdef0123456789abcdef").statusCode()).isEqualTo(404);
        assertThat(head(PATH + "/x").statusCode()).isEqualTo(404);
    }

    @Test
    void the_secret_of_an_upload_is_not_in_the_database() {
        String id = header(create(10), "Location").substring(PATH.length() + 1);

        for (String trace : List.of(id, HexFormat.of().formatHex(id.getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(node.database().number("SELECT count(*) FROM apidrive.upload WHERE upload::text LIKE '%" + trace + "%'")).isZero();
        }
    }

    private static void cutOff(String upload, int offset, byte[] data, int length, String more) throws Exception {
        Awaitility.await().until(() -> writers() == 0);
        try (Socket socket = begun(upload, offset, data.length - offset, more)) {
            socket.getOutputStream().write(data, offset, length);
            socket.getOutputStream().flush();
        }
    }

    /** Until the request that has begun holds its upload: another might be before it else. */
    private static void awaitWriter() {
        Awaitility.await().until(() -> writers() > 0);
    }

    private static long writers() {
        return node.database().number("SELECT count(*) FROM apidrive.upload WHERE writer IS NOT NULL");
    }

    private static Socket begun(String upload, int offset, int length, String more) throws Exception {
        Socket socket = new Socket("127.0.0.1", web.uri("/").getPort());
        OutputStream out = socket.getOutputStream();
        out.write(("PATCH " + upload + " HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
                + "Upload-Offset: " + offset + "\r\nContent-Length: " + length + "\r\n" + more + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return socket;
    }

    private static HttpResponse<byte[]> create(int length, String... more) {
        return web.call("POST", PATH, new byte[0], with(Map.of("Tus-Resumable", "1.0.0", "Upload-Length", Integer.toString(length)), more));
    }

    private static HttpResponse<byte[]> patch(String upload, int offset, byte[] part, String... more) {
        return web.call("PATCH", upload, part, with(Map.of("Tus-Resumable", "1.0.0", "Upload-Offset", Integer.toString(offset),
                "Content-Type", "application/offset+octet-stream"), more));
    }

    private static String[] headers(long offset) {
        return with(Map.of("Tus-Resumable", "1.0.0", "Upload-Offset", Long.toString(offset),
                "Content-Type", "application/offset+octet-stream"));
    }

    private static String[] with(Map<String, String> headers, String... more) {
        Map<String, String> all = new HashMap<>(headers);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all.entrySet().stream().flatMap(one -> java.util.stream.Stream.of(one.getKey(), one.getValue())).toArray(String[]::new);
    }

    private static HttpResponse<byte[]> head(String upload) {
        return web.call("HEAD", upload, null, "Tus-Resumable", "1.0.0");
    }

    private static Instant expires(HttpResponse<byte[]> answer) {
        return ZonedDateTime.parse(header(answer, "Upload-Expires"), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }
}
