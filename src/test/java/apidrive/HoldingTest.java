package apidrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.admin.AdminCaller;
import apidrive.wire.Digest;
import apidrive.wire.Format;

/** Objects in a real network of nodes that trust each other: what is deleted is free at once, and what another holds stays. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HoldingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int NODES = 3;

    @TempDir
    private static Path folder;
    private static TestNetwork network;

    private final HttpClient http = HttpClient.newHttpClient();
    private long before;  // chunks that a test before left

    @BeforeAll
    static void start() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "a key that the nodes of this test share, and long enough");
        network = TestNetwork.start(NODES, TestNetwork.closed(key));
    }

    @AfterAll
    static void stop() {
        network.close();
    }

    @BeforeEach
    void begin() {
        before = chunks(0);
        awaitChunks(0);
    }

    @Test
    void an_object_that_is_deleted_through_one_node_is_free_on_all() throws Exception {
        byte[] bytes = random(1, 300_000);
        String root = stored(0, bytes);
        awaitChunks(6);
        assertThat(sum("SELECT count(*) FROM apidrive.lease")).isEqualTo(6 * NODES);
        assertThat(call(1, "DELETE", "/api/drive/object/" + root, null).statusCode()).isEqualTo(204);

        awaitChunks(0);
        assertThat(sum("SELECT sum(used) - (SELECT count(*) FROM apidrive.chunk) FROM apidrive.slot_shard")).isZero();
        Awaitility.await().atMost(SOON).untilAsserted(() ->
                assertThat(sum("SELECT count(*) - (SELECT count(*) FROM apidrive.chunk) FROM apidrive.chunk_data")).isZero());
        assertThat(call(2, "GET", "/api/drive/object/" + root, null).statusCode()).isEqualTo(404);
    }

    @Test
    void a_name_that_is_deleted_takes_what_no_other_name_shares() throws Exception {
        byte[] one = random(2, 200_000);
        byte[] other = Arrays.copyOf(one, 65_536 + 10);
        put(0, "shared/one", one);
        put(1, "shared/other", other);
        awaitChunks(4 + 1 + 2);  // leaves and root, and of the other the last leaf and the root
        assertThat(call(2, "DELETE", "/api/drive/name/shared/one", null).statusCode()).isEqualTo(204);

        awaitChunks(3);
        assertThat(call(2, "GET", "/api/drive/name/shared/other", null).body()).isEqualTo(other);
        call(2, "DELETE", "/api/drive/name/shared/other", null);
        awaitChunks(0);
    }

    @Test
    void the_same_bytes_stored_twice_are_held_once_and_a_second_name_holds_them_by_itself() throws Exception {
        byte[] bytes = random(3, 100_000);
        String root = stored(0, bytes);
        assertThat(stored(1, bytes)).isEqualTo(root);
        awaitChunks(3);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(sum("SELECT count(*) FROM apidrive.lease")).isEqualTo(3 * NODES));
        assertThat(call(2, "PUT", "/api/drive/name/second/a?root=" + root, new byte[0]).statusCode()).isEqualTo(201);
        assertThat(sum("SELECT count(*) FROM apidrive.lease")).isEqualTo(2 * 3 * NODES);

        assertThat(call(0, "PUT", "/api/drive/name/second/a?lifetime=P1D&root=" + root, new byte[0]).statusCode()).isEqualTo(200);
        assertThat(call(2, "HEAD", "/api/drive/name/second/a", null).headers().firstValue("Apidrive-Ends")).isPresent();
        assertThat(sum("SELECT count(*) FROM apidrive.lease")).as("nobody claimed the tree once more").isEqualTo(2 * 3 * NODES);

        call(1, "DELETE", "/api/drive/object/" + root, null);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(sum("SELECT count(*) FROM apidrive.lease")).isEqualTo(3 * NODES));
        assertThat(call(0, "GET", "/api/drive/name/second/a", null).body()).isEqualTo(bytes);
        call(0, "DELETE", "/api/drive/name/second/a", null);
        awaitChunks(0);
    }

    @Test
    void a_chunk_that_a_client_of_the_original_stored_stays_when_an_object_with_it_goes() throws Exception {
        byte[] bytes = random(4, 1_000);
        HttpResponse<byte[]> stored = call(0, "PUT", "/api/drive/chunk", bytes);
        put(1, "native/a", bytes);
        awaitChunks(2);
        call(2, "DELETE", "/api/drive/name/native/a", null);
        awaitChunks(1);
        String id = Format.JSON.readDocument(stored.body()).text("Id").orElseThrow();
        assertThat(call(1, "GET", "/api/drive/chunk/" + id, null).body()).isEqualTo(bytes);
    }

    @Test
    void no_node_deletes_a_chunk_by_hand_that_an_object_needs_also_where_others_alone_know_of_that() throws Exception {
        HttpResponse<byte[]> put = call(0, "PUT", "/api/drive/name/by-hand/a", random(8, 1_000));
        String root = Format.JSON.readDocument(put.body()).text("Root").orElseThrow();
        awaitChunks(2);
        network.node(0).database().execute("DELETE FROM apidrive.lease WHERE chunk = '" + root + "'");
        for (int node = 0; node < NODES; node++) {
            assertThat(new AdminCaller(network.node(node)).signedIn().delete("chunks/" + root).statusCode()).isEqualTo(409);
        }
        assertThat(call(0, "GET", "/api/drive/object/" + root, null).body()).isEqualTo(random(8, 1_000));

        assertThat(new AdminCaller(network.node(0)).signedIn().delete("chunks/" + root + "?claimed=true").statusCode()).isEqualTo(204);
        awaitChunks(1);
        assertThat(call(2, "GET", "/api/drive/object/" + root, null).statusCode()).isEqualTo(404);
        assertThat(call(1, "DELETE", "/api/drive/name/by-hand/a", null).statusCode()).isEqualTo(204);
        awaitChunks(0);
    }

    @Test
    void what_is_stored_for_a_chosen_time_is_free_on_all_nodes_after_it() throws Exception {
        HttpResponse<byte[]> put = call(0, "PUT", "/api/drive/object?lifetime=4", random(9, 150_000));
        assertThat(put.statusCode()).isEqualTo(201);
        String root = Format.JSON.readDocument(put.body()).text("Root").orElseThrow();
        Instant end = Instant.parse(Format.JSON.readDocument(put.body()).text("EndsAt").orElseThrow());
        assertThat(end).isBetween(Instant.now().plusSeconds(1), Instant.now().plusSeconds(6));
        assertThat(call(1, "PUT", "/api/drive/name/ending/a?lifetime=PT4S", random(10, 1_000)).statusCode()).isEqualTo(201);
        awaitChunks(4 + 2);
        assertThat(call(2, "HEAD", "/api/drive/name/ending/a", null).headers().firstValue("Apidrive-Ends")).isPresent();

        Awaitility.await().atMost(SOON).until(() -> Instant.now().isAfter(end.plusSeconds(2)));
        assertThat(call(2, "GET", "/api/drive/name/ending/a", null).statusCode()).isEqualTo(404);
        for (int node = 0; node < NODES; node++) {
            new AdminCaller(network.node(node)).signedIn().send("POST", "jobs/name-ending/run", null);
        }
        awaitChunks(0);
        assertThat(call(1, "GET", "/api/drive/object/" + root, null).statusCode()).isEqualTo(404);
        assertThat(sum("SELECT count(*) FROM apidrive.name WHERE is_newest AND digest IS NOT NULL AND namespace = 'ending'")).isZero();
    }

    @Test
    void what_a_node_was_naming_when_it_died_goes_unless_it_came_to_have_its_name() throws Exception {
        call(0, "PUT", "/api/drive/object?lifetime=P1D", random(13, 150_000));
        HttpResponse<byte[]> put = call(0, "PUT", "/api/drive/object?lifetime=P1D", random(14, 1_000));
        String kept = Format.JSON.readDocument(put.body()).text("Root").orElseThrow();
        awaitChunks(4 + 2);
        for (int node = 0; node < NODES; node++) {  // as if the first had never been named
            network.node(node).database().execute("""
                    DELETE FROM apidrive.name WHERE size = 150000 AND namespace = 'sha256'""");
        }
        network.node(0).database().execute("""
                INSERT INTO apidrive.unnamed_lease (holder, until)
                SELECT DISTINCT holder, now()
                  FROM apidrive.lease JOIN apidrive.chunk ON id = chunk
                 WHERE stored_at > now() - interval '1 minute'""");
        new AdminCaller(network.node(0)).signedIn().send("POST", "jobs/objects/run", null);

        awaitChunks(2);
        assertThat(call(1, "GET", "/api/drive/object/" + kept, null).body()).isEqualTo(random(14, 1_000));
        assertThat(sum("SELECT count(*) FROM apidrive.unnamed_lease")).isZero();
        assertThat(call(2, "DELETE", "/api/drive/object/" + kept, null).statusCode()).isEqualTo(204);
        awaitChunks(0);
    }

    @Test
    void a_name_keeps_an_object_whose_own_time_is_over_and_its_hashes_find_it_still() throws Exception {
        byte[] bytes = random(11, 1_000);
        HttpResponse<byte[]> put = call(0, "PUT", "/api/drive/object?lifetime=2", bytes);
        String sha1 = Format.JSON.readDocument(put.body()).text("Sha1").orElseThrow();
        String sha256 = Format.JSON.readDocument(put.body()).text("Sha256").orElseThrow();
        put(1, "ending/kept", bytes);
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            for (int node = 0; node < NODES; node++) {
                new AdminCaller(network.node(node)).signedIn().send("POST", "jobs/name-ending/run", null);
            }
            assertThat(sum("SELECT count(*) FROM apidrive.lease")).as("one holder is left").isEqualTo(2 * NODES);
        });
        for (String hash : new String[] {sha1, sha256}) {
            Awaitility.await().atMost(SOON).untilAsserted(() ->
                    assertThat(call(2, "GET", "/api/drive/object/" + hash, null).body()).isEqualTo(bytes));
        }
        call(0, "DELETE", "/api/drive/name/ending/kept", null);
        awaitChunks(0);
    }

    @Test
    void a_node_that_was_away_frees_what_was_deleted_meanwhile_when_it_is_back() throws Exception {
        String root = stored(0, random(5, 150_000));
        awaitChunks(4);
        network.stop(2);
        assertThat(call(0, "DELETE", "/api/drive/object/" + root, null).statusCode()).isEqualTo(204);
        network.startAgain(2);

        awaitChunks(0);
    }

    @Test
    void a_node_that_was_away_hears_when_it_is_back_who_has_ended_that_had_no_name_yet() throws Exception {
        try (Socket socket = beganUpload(0, random(12, 700_000))) {
            Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(chunks(2)).isGreaterThan(before));
            network.stop(2);
        }
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(chunks(0)).isEqualTo(before));
        assertThat(chunks(2)).isGreaterThan(before);
        network.startAgain(2);

        awaitChunks(0);
    }

    @Test
    void an_upload_that_breaks_off_or_is_refused_leaves_nothing_held() throws Exception {
        try (Socket socket = beganUpload(0, random(6, 700_000))) {
            Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(chunks(0)).isGreaterThan(before));
        }
        awaitChunks(0);
        assertThat(call(1, "PUT", "/api/drive/object", random(7, 200_000), "Content-Digest",
                "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:").statusCode()).isIn(400, 409, 412, 422);
        awaitChunks(0);
        assertThat(sum("SELECT count(*) FROM apidrive.unnamed_lease")).isZero();
    }

    @Test
    void an_object_whose_naming_failed_half_way_stays_when_it_is_stored_again() throws Exception {
        byte[] bytes = random(15, 100_000);
        whileNamesAreRefused(() -> assertThat(call(0, "PUT", "/api/drive/object", bytes).statusCode()).isEqualTo(503), 1, 2);
        String root = stored(0, bytes);
        assertKeptByWhoIsNamed(root, bytes);
    }

    @Test
    void an_object_whose_last_part_failed_to_be_named_stays_when_it_is_stored_again_and_the_upload_is_given_up() throws Exception {
        byte[] bytes = random(16, 100_000);
        String upload = begunUpload(bytes);
        whileNamesAreRefused(() -> assertThat(append(upload, bytes)).isEqualTo(503), 1, 2);
        String root = stored(0, bytes);
        assertThat(call(0, "DELETE", upload, null, "Tus-Resumable", "1.0.0").statusCode()).isEqualTo(204);
        assertKeptByWhoIsNamed(root, bytes);
    }

    @Test
    void an_upload_whose_object_was_deleted_before_its_last_part_came_again_is_to_be_begun_anew() throws Exception {
        byte[] bytes = random(18, 100_000);
        String sha256 = Digest.of(bytes).toString();
        String upload = begunUpload(bytes);
        whileNamesAreRefused(() -> assertThat(append(upload, bytes)).isEqualTo(503), 1, 2);
        assertThat(call(1, "DELETE", "/api/drive/object/" + sha256, null).statusCode()).isEqualTo(204);
        awaitChunks(0);
        assertThat(append(upload, bytes)).isEqualTo(404);
        assertThat(call(0, "HEAD", upload, null, "Tus-Resumable", "1.0.0").statusCode()).isEqualTo(404);

        assertThat(append(begunUpload(bytes), bytes)).isEqualTo(204);
        assertKeptByWhoIsNamed(stored(1, bytes), bytes);
    }

    @Test
    void an_upload_whose_last_part_comes_again_before_all_know_that_its_object_was_deleted_is_kept_anew() throws Exception {
        byte[] bytes = random(20, 100_000);
        String upload = begunUpload(bytes);
        whileNamesAreRefused(() -> assertThat(append(upload, bytes)).isEqualTo(503), 0, 1);
        whileEndsAreNotHeard(() -> {
            assertThat(call(2, "DELETE", "/api/drive/object/" + Digest.of(bytes), null).statusCode()).isEqualTo(204);
            assertThat(append(upload, bytes)).isEqualTo(204);
        }, 0, 1);
        endDue();
        assertNamesAreForTheLiving();
        for (int node = 0; node < NODES; node++) {
            assertThat(call(node, "GET", "/api/drive/object/" + Digest.of(bytes), null).body()).isEqualTo(bytes);
        }
        assertThat(call(1, "DELETE", "/api/drive/object/" + Digest.of(bytes), null).statusCode()).isEqualTo(204);
        awaitChunks(0);
    }

    @Test
    void an_upload_that_other_processes_find_without_its_chunks_is_to_be_begun_anew() throws Exception {
        byte[] bytes = random(19, 300_000);
        String upload = begunUpload(bytes);
        assertThat(append(upload, 0, Arrays.copyOf(bytes, 200_000))).isEqualTo(204);
        byte[] last = Arrays.copyOfRange(bytes, 200_000, bytes.length);
        whileNamesAreRefused(() -> assertThat(append(upload, 200_000, last)).isEqualTo(503), 1, 2);
        assertThat(call(1, "DELETE", "/api/drive/object/" + Digest.of(bytes), null).statusCode()).isEqualTo(204);
        awaitChunks(0);
        network.stop(0);
        network.startAgain(0);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(append(upload, 200_000, last)).isEqualTo(404));
        assertThat(call(0, "HEAD", upload, null, "Tus-Resumable", "1.0.0").statusCode()).isEqualTo(404);
        awaitChunks(0);
    }

    @Test
    void what_no_server_came_to_name_goes_when_its_time_is_over() throws Exception {
        whileNamesAreRefused(() -> assertThat(call(0, "PUT", "/api/drive/object", random(17, 100_000)).statusCode()).isEqualTo(503),
                0, 1, 2);
        awaitChunks(3);
        endDue();
        awaitChunks(0);
    }

    /** Its path. */
    private String begunUpload(byte[] bytes) throws Exception {
        return URI.create(call(0, "POST", "/api/drive/upload", new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", "" + bytes.length)
                .headers().firstValue("Location").orElseThrow()).getPath();
    }

    /** The status of the answer to whoever sends all of it. */
    private int append(String upload, byte[] bytes) throws Exception {
        return append(upload, 0, bytes);
    }

    private int append(String upload, long offset, byte[] bytes) throws Exception {
        return call(0, "PATCH", upload, bytes, "Tus-Resumable", "1.0.0", "Upload-Offset", "" + offset, "Content-Type",
                "application/offset+octet-stream").statusCode();
    }

    private void assertKeptByWhoIsNamed(String root, byte[] bytes) throws Exception {
        endDue();
        assertNamesAreForTheLiving();
        awaitChunks(3);
        assertThat(call(1, "GET", "/api/drive/object/" + root, null).body()).isEqualTo(bytes);
        assertThat(call(2, "DELETE", "/api/drive/object/" + root, null).statusCode()).isEqualTo(204);
        awaitChunks(0);
    }

    private static void assertNamesAreForTheLiving() {
        assertThat(sum("SELECT count(*) FROM apidrive.name JOIN apidrive.ended_lease ON holder::text = metadata ->> 'apidrive:holder' "
                + "WHERE digest IS NOT NULL")).as("names that are kept for who has ended").isZero();
    }

    /** As if it were late, has each node see to the uploads that were left to it, until none is. */
    private static void endDue() {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            for (int node = 0; node < NODES; node++) {
                network.node(node).database().execute("UPDATE apidrive.unnamed_lease SET until = now() - interval '1 minute'");
                new AdminCaller(network.node(node)).signedIn().send("POST", "jobs/objects/run", null);
            }
            assertThat(sum("SELECT count(*) FROM apidrive.unnamed_lease")).isZero();
        });
    }

    /** The nodes answer meanwhile what they know of names, and fail to take another. */
    private static void whileNamesAreRefused(ThrowingCallable what, int... nodes) throws Exception {
        whileRowsOf("name", "RAISE EXCEPTION 'refused'", what, nodes);
    }

    /** The nodes pass over meanwhile whom they are told to have ended. */
    private static void whileEndsAreNotHeard(ThrowingCallable what, int... nodes) throws Exception {
        whileRowsOf("ended_lease", "RETURN NULL", what, nodes);
    }

    private static void whileRowsOf(String table, String meet, ThrowingCallable what, int... nodes) throws Exception {
        try {
            for (int node : nodes) {
                network.node(node).database().execute("""
                        CREATE FUNCTION public.meet() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN %s; END$$;
                        CREATE TRIGGER meet BEFORE INSERT OR UPDATE ON apidrive.%s FOR EACH ROW EXECUTE FUNCTION public.meet()"""
                        .formatted(meet, table));
            }
            assertThatCode(what).doesNotThrowAnyException();
        } finally {
            for (int node : nodes) {
                network.node(node).database().execute("DROP TRIGGER meet ON apidrive." + table + "; DROP FUNCTION public.meet()");
            }
        }
    }

    /** Of an object of which more is to come than these bytes; it breaks off when the socket is closed. */
    private static Socket beganUpload(int node, byte[] bytes) throws IOException {
        Socket socket = new Socket("127.0.0.1", network.node(node).uri("").getPort());
        OutputStream out = socket.getOutputStream();
        out.write("PUT /api/drive/object HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n".getBytes(UTF_8));
        out.write(bytes);
        out.flush();
        return socket;
    }

    /** Returns when every node keeps so many more than there were. */
    private void awaitChunks(int more) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            for (int node = 0; node < NODES; node++) {
                assertThat(chunks(node)).as("chunks on node %d", node).isEqualTo(before + more);
            }
        });
    }

    private static long chunks(int node) {
        return network.node(node).database().number("SELECT count(*) FROM apidrive.chunk");
    }

    private static long sum(String sql) {
        long sum = 0;
        for (int node = 0; node < NODES; node++) {
            sum += network.node(node).database().number(sql);
        }
        return sum;
    }

    private void put(int node, String name, byte[] bytes) throws Exception {
        assertThat(call(node, "PUT", "/api/drive/name/" + name, bytes).statusCode()).isEqualTo(201);
    }

    private String stored(int node, byte[] bytes) throws Exception {
        HttpResponse<byte[]> put = call(node, "PUT", "/api/drive/object", bytes);
        assertThat(put.statusCode()).as(new String(put.body(), UTF_8)).isEqualTo(201);
        return Format.JSON.readDocument(put.body()).text("Root").orElseThrow();
    }

    private HttpResponse<byte[]> call(int node, String method, String path, byte[] body, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(network.node(node).uri(path)).header("Accept", "*/*").timeout(Duration.ofMinutes(1))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
