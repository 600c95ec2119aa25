package apidrive.door.dtfc;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNetwork;
import apidrive.admin.AdminCaller;
import apidrive.door.object.Web;
import apidrive.wire.Chunk;
import apidrive.wire.Document;

/** The dtfc door of nodes that are one network, each with a database of its own. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DtfcNetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SIZE = 4;
    private static final int MOST_ASKED = 400;  // about a quarter of which is fetched, from one of three
    private static TestNetwork network;

    @BeforeAll
    static void start() {
        network = TestNetwork.start(SIZE, Map.of("gossip-period", "PT0.2S", "allow-private-peers", "true"));
    }

    @AfterAll
    static void stop() {
        network.close();
    }

    @Test
    void dt_13_and_21_what_one_node_took_in_is_on_two_at_least_when_that_is_answered_and_every_node_gives_it_out() {
        byte[] data = random(300_000);
        String hash = put(0, "/Holiday%20Film.mp4", data);
        assertThat(copies(Arrays.copyOf(data, Chunk.MAX_BYTES))).as("of the first leaf").isGreaterThanOrEqualTo(2);

        for (int i = 0; i < SIZE; i++) {
            HttpResponse<byte[]> got = web(i).call("GET", "/" + hash, null);
            assertThat(got.body()).as("node %d", i).isEqualTo(data);
            assertThat(header(got, "Content-Disposition")).isEqualTo("attachment; filename=\"holiday-film.mp4\"");
            assertThat(web(i).call("HEAD", "/dtfc/" + hash, null).statusCode()).isEqualTo(200);
            assertThat(text(web(i).call("GET", "/dtfc/holiday-film.mp4/sha512", null))).contains(hash);
        }
    }

    @Test
    void dt_3_without_peers_a_node_gives_what_it_keeps_itself_and_nothing_else() {
        byte[] data = bytes("small enough to be whole where it is");
        String hash = put(1, "/here.txt", data);
        Awaitility.await().atMost(PATIENCE).until(() -> copies(data) == 3);
        int whole = 0;
        for (int i = 0; i < SIZE; i++) {
            boolean hasLeaf = copies(i, data) == 1;
            HttpResponse<byte[]> got = web(i).call("GET", "/" + hash + "/nopeerload", null);
            assertThat(got.statusCode()).isIn(200, 404);
            assertThat(got.statusCode() == 200 && !hasLeaf).as("node %d gives what it has not", i).isFalse();
            whole += got.statusCode() == 200 ? 1 : 0;
            assertThat(web(i).call("GET", "/" + hash, null).body()).isEqualTo(data);
        }
        assertThat(whole).as("leaf and root are each on three of four, so both on two at least").isBetween(2, 3);
    }

    @Test
    void dt_14_who_is_asked_for_what_a_node_has_not_is_drawn_anew_and_one_that_hangs_is_not_waited_for() throws Exception {
        byte[] data = random(40_000);
        String hash = put(0, "/spread.bin", data);
        Awaitility.await().atMost(PATIENCE).until(() -> copies(data) == 3);
        int asking = IntStream.range(0, SIZE).filter(i -> copies(i, data) == 0).findFirst().orElseThrow();
        int[] holders = IntStream.range(0, SIZE).filter(i -> i != asking).toArray();
        long[] before = Arrays.stream(holders).mapToLong(i -> network.node(i).requests("/api/peer/fetch")).toArray();
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            hashes.add(put(holders[i % 3], "/other" + i, random(1_000 + i)));
        }
        long[] asked = new long[holders.length];
        for (int i = 0; i < MOST_ASKED && Arrays.stream(asked).anyMatch(times -> times == 0); i++) {
            String another = put(holders[i % 3], "/another" + i, random(2_000 + i));
            assertThat(web(asking).call("GET", "/" + another, null).body()).isEqualTo(random(2_000 + i));
            asked = IntStream.range(0, 3).mapToLong(holder -> network.node(holders[holder]).requests("/api/peer/fetch") - before[holder])
                    .toArray();
        }
        assertThat(asked).as("each of them, not the first alone").doesNotContain(0);

        try (Connection hanging = network.node(holders[0]).database().owner().getConnection(); Statement lock = hanging.createStatement()) {
            hanging.setAutoCommit(false);
            lock.execute("LOCK TABLE apidrive.chunk IN ACCESS EXCLUSIVE MODE");
            for (int i = 0; i < 10; i++) {
                long begun = System.nanoTime();
                assertThat(web(asking).call("GET", "/" + hashes.get(i), null).body()).isEqualTo(random(1_000 + i));
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            }
            hanging.rollback();
        }
        assertThat(web(asking).call("GET", "/" + hash, null).body()).isEqualTo(data);
    }

    @Test
    void dt_7_and_fault_15_a_deletion_reaches_a_node_that_was_away_and_a_new_upload_too() {
        byte[] data = bytes("deleted while one is away");
        String hash = put(0, "/away.txt", data);
        assertThat(text(web(3).call("GET", "/" + hash, null))).isEqualTo("deleted while one is away");
        network.stop(3);
        try {
            assertThat(web(0).call("DELETE", "/" + hash + "/allpeers", null).statusCode()).isEqualTo(200);
            assertThat(web(1).call("GET", "/" + hash, null).statusCode()).isEqualTo(404);
            assertThat(web(2).call("HEAD", "/" + hash, null).statusCode()).isEqualTo(404);
        } finally {
            network.startAgain(3);
        }
        network.awaitWhole();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(web(3).call("GET", "/" + hash, null).statusCode()).isEqualTo(404));
        for (int other : new int[] {0, 1, 2}) {
            assertThat(web(other).call("GET", "/" + hash, null).statusCode()).as("nobody brings it back").isEqualTo(404);
        }
        put(2, "/away.txt", data);
        assertThat(text(web(0).call("GET", "/" + hash, null))).isEqualTo("deleted while one is away");
    }

    @Test
    void dt_12_a_mark_set_on_one_node_holds_on_all_for_get_and_head_and_nobody_takes_it_away_by_storing_or_deleting() {
        byte[] data = bytes("marked");
        String hash = put(0, "/marked.txt", data);
        AdminCaller admin = new AdminCaller(network.node(1)).signedIn();
        admin.put("dtfc/marks/" + hash, new Document().with("Status", 403));
        for (int i = 0; i < SIZE; i++) {
            assertThat(text(web(i).call("GET", "/" + hash, null))).as("node %d", i).isEqualTo("403 Forbidden.\n");
            assertThat(web(i).call("HEAD", "/" + hash, null).statusCode()).isEqualTo(403);
            assertThat(web(i).call("DELETE", "/" + hash, null).statusCode()).isEqualTo(403);
            assertThat(web(i).call("PUT", "/marked.txt", data).statusCode()).isEqualTo(403);
        }
        admin.put("dtfc/marks/" + hash, new Document().with("Status", 404));
        assertThat(text(web(2).call("GET", "/" + hash, null))).isEqualTo("404 Not Found.\n");
        assertThat(web(2).call("HEAD", "/" + hash, null).statusCode()).isEqualTo(404);
        assertThat(web(2).call("PUT", "/marked.txt", data).statusCode()).isEqualTo(410);

        admin.delete("dtfc/marks/" + hash);
        assertThat(text(web(3).call("GET", "/" + hash, null))).isEqualTo("marked");
    }

    @Test
    void dt_12_what_never_came_can_be_marked_and_is_free_again_after_that() {
        byte[] data = bytes("marked before it came");
        String hash = Sha512.of(data);
        AdminCaller admin = new AdminCaller(network.node(0)).signedIn();
        admin.put("dtfc/marks/" + hash, new Document().with("Status", 403));
        assertThat(web(1).call("GET", "/" + hash, null).statusCode()).isEqualTo(403);
        assertThat(web(1).call("PUT", "/a.txt", data).statusCode()).isEqualTo(403);
        admin.delete("dtfc/marks/" + hash);
        assertThat(web(1).call("GET", "/" + hash, null).statusCode()).as("of an upload that was refused nothing is left").isEqualTo(404);
        put(1, "/a.txt", data);
        assertThat(header(web(2).call("GET", "/" + hash, null), "Content-Disposition")).contains("a.txt");
    }

    @Test
    void dt_15_an_original_peer_loads_from_our_nodes_goes_on_where_it_broke_off_and_keeps_the_name() throws Exception {
        byte[] data = random(50_000);
        String hash = put(0, "/To%20Load.bin", data);
        Awaitility.await().atMost(PATIENCE).until(() -> copies(data) == 3);
        String[] peers = new String[SIZE + 1];
        peers[0] = "http://127.0.0.1:1/";
        for (int i = 0; i < SIZE; i++) {
            peers[i + 1] = network.node(i).uri(i % 2 == 0 ? "/" : "/dtfc/").toString();
        }
        OriginalPeer.Loaded loaded = new OriginalPeer(20_000, peers).load(hash).orElseThrow();
        assertThat(loaded.data()).isEqualTo(data);
        assertThat(loaded.fileName()).isEqualTo("to-load.bin");
        assertThat(new OriginalPeer(1, peers).load("0f".repeat(64))).isEmpty();
    }

    private static Web web(int node) {
        return new Web(network.node(node));
    }

    private static String put(int node, String path, byte[] data) {
        HttpResponse<byte[]> answer = web(node).call("PUT", path, data);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return Sha512.of(data);
    }

    /** Of a chunk, on all nodes together. */
    private static long copies(byte[] data) {
        return IntStream.range(0, SIZE).mapToLong(node -> copies(node, data)).sum();
    }

    private static long copies(int node, byte[] data) {
        return network.node(node).database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + Chunk.of(data).id() + "'");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
