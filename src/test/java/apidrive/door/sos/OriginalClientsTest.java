package apidrive.door.sos;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNetwork;
import apidrive.TestNode;
import apidrive.door.object.Web;

/** Nodes in the place of the original's blob servers and API servers: alone, and as a network. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OriginalClientsTest {
    private static final String NOBODY = "http://127.0.0.1:1";
    private static final Map<String, String> FAST = Map.of("gossip-period", "PT0.2S", "allow-private-peers", "true");

    @Test
    void sos_19_and_20_an_original_api_server_stores_and_finds_by_our_nodes_past_one_that_is_down() throws Exception {
        try (TestNode one = TestNode.start(); TestNode other = TestNode.start()) {
            OriginalApi api = new OriginalApi(NOBODY, one.uri("/sos").toString(), other.uri("").toString());
            byte[] data = random(300_000);
            assertThat(api.upload(data, "X-Mime-Type", "image/png", "X-Colour", "blue"))
                    .isEqualTo("{\"id\":\"" + Sha1.of(data) + "\",\"status\":\"OK\",\"size\":300000}");
            HttpResponse<byte[]> got = api.fetch(Sha1.of(data));
            assertThat(got.body()).isEqualTo(data);
            assertThat(header(got, "X-Colour")).isEqualTo("blue");
            assertThat(header(got, "Content-Type")).isEqualTo("image/png");

            new Web(other).call("POST", "/blob/" + Sha1.of(random(7)), random(7));
            assertThat(api.fetch(Sha1.of(random(7))).body()).as("which only the last has").isEqualTo(random(7));
            assertThat(api.fetch("nobody")).isNull();
        }
    }

    @Test
    void sos_23_and_fault_9_an_original_replication_mirrors_every_blob_with_its_metadata_and_then_has_nothing_to_do() throws Exception {
        try (TestNode one = TestNode.start(); TestNode other = TestNode.start()) {
            Web here = new Web(one);
            Web there = new Web(other);
            for (int size = 0; size < 20; size++) {
                here.call("POST", "/blob/name" + size, random(size * 5_000), "X-Size", Integer.toString(size), "X-Mime-Type", "image/png");
            }
            there.call("POST", "/upload", random(100), "X-Other", "way");
            OriginalApi job = new OriginalApi(one.uri("").toString(), other.uri("/sos").toString());

            assertThat(job.replicate()).isEqualTo(new OriginalApi.Mirrored(21, List.of()));
            for (int size = 0; size < 20; size++) {
                HttpResponse<byte[]> copy = there.call("GET", "/blob/name" + size, null);
                assertThat(copy.body()).isEqualTo(random(size * 5_000));
                assertThat(header(copy, "X-Size")).isEqualTo(Integer.toString(size));
                assertThat(header(copy, "Content-Type")).isEqualTo("image/png");
            }
            assertThat(header(here.call("GET", "/fetch/" + Sha1.of(random(100)), null), "X-Other")).isEqualTo("way");
            assertThat(text(there.call("GET", "/blobs", null))).isEqualTo(text(here.call("GET", "/blobs", null)));
            assertThat(job.replicate()).isEqualTo(new OriginalApi.Mirrored(0, List.of()));
        }
    }

    @Test
    void sos_27_and_31_what_one_node_takes_every_node_gives_out_without_any_job_also_when_two_of_five_are_down() throws Exception {
        try (TestNetwork network = TestNetwork.start(5, FAST)) {
            byte[] data = random(400_000);
            assertThat(new Web(network.node(0)).call("POST", "/upload", data, "X-Colour", "blue").statusCode()).isEqualTo(200);
            new Web(network.node(1)).call("POST", "/blob/other", random(10));
            new Web(network.node(1)).call("POST", "/blob/other", random(20));
            for (int i = 0; i < 5; i++) {
                Web web = new Web(network.node(i));
                HttpResponse<byte[]> got = web.call("GET", "/fetch/" + Sha1.of(data), null);
                assertThat(got.body()).as("node %d", i).isEqualTo(data);
                assertThat(header(got, "X-Colour")).isEqualTo("blue");
                assertThat(web.call("GET", "/blob/other", null).body()).isEqualTo(random(20));
                assertThat(text(web.call("GET", "/blobs", null))).isEqualTo("[\"" + Sha1.of(data) + "\",\"other\"]");
            }
            Awaitility.await().untilAsserted(() -> {
                long copies = 0;
                for (int i = 0; i < 5; i++) {
                    copies += network.node(i).database().number("SELECT count(*) FROM apidrive.chunk");
                }
                assertThat(copies).as("7 leaves and a root, a leaf and a root twice, three times").isEqualTo(3 * 12);
            });
            String[] all = IntStream.range(0, 5).mapToObj(i -> network.node(i).uri("").toString()).toArray(String[]::new);
            assertThat(new OriginalApi(all).replicate()).isEqualTo(new OriginalApi.Mirrored(0, List.of()));
            network.stop(0);
            network.stop(1);
            for (int i = 2; i < 5; i++) {
                Web web = new Web(network.node(i));
                assertThat(web.call("GET", "/fetch/" + Sha1.of(data), null).body()).as("node %d", i).isEqualTo(data);
                assertThat(text(web.call("GET", "/blobs", null))).isEqualTo("[\"" + Sha1.of(data) + "\",\"other\"]");
            }
        }
    }

    /** A cache of which server holds which id is not needed: that follows from the id. */
    @Test
    void sos_34_a_node_that_has_not_what_it_is_asked_for_knows_whom_to_ask_and_asks_nobody_for_it_again() throws Exception {
        try (TestNetwork network = TestNetwork.start(6, FAST)) {
            byte[] data = random(60_000);
            String path = "/fetch/" + Sha1.of(data);
            new Web(network.node(0)).call("POST", "/upload", data);
            String leaf = "SELECT count(*) FROM apidrive.chunk WHERE size = 60000";
            Awaitility.await().untilAsserted(() -> assertThat(IntStream.range(0, 6).filter(i ->
                    network.node(i).database().number(leaf) == 1)).hasSize(3));
            int[] others = IntStream.range(0, 6).filter(i -> network.node(i).database().number(leaf) == 0).toArray();
            for (int asking : others) {
                long[] before = IntStream.range(0, 6).mapToLong(i -> network.node(i).requests("/api/peer/fetch")).toArray();
                assertThat(new Web(network.node(asking)).call("GET", path, null).body()).isEqualTo(data);
                long[] asked = IntStream.range(0, 6).mapToLong(i -> network.node(i).requests("/api/peer/fetch") - before[i]).toArray();
                assertThat(LongStream.of(asked).sum()).as("for its root and its leaf").isBetween(1L, 4L);

                for (int again = 0; again < 5; again++) {
                    assertThat(new Web(network.node(asking)).call("GET", path, null).body()).isEqualTo(data);
                }
                assertThat(IntStream.range(0, 6).mapToLong(i -> network.node(i).requests("/api/peer/fetch") - before[i]).sum())
                        .as("what was fetched is kept for a while").isLessThanOrEqualTo(LongStream.of(asked).sum() + 4);
            }
        }
    }

    /** Millions take longer to fill in than a test may; ops/bench/run does, and that time does not grow with them. */
    @Test
    void sos_38_a_hundred_thousand_ids_are_listed_in_order_and_what_is_stored_among_them_is_found() throws Exception {
        try (TestNode node = TestNode.start()) {
            Web web = new Web(node);
            web.call("POST", "/blob/id000000", random(100));
            node.database().execute("""
                    INSERT INTO apidrive.name
                    SELECT md5('id' || i)::uuid, version, sum + i, true, namespace, 'id' || lpad(i::text, 6, '0'), digest, size, sha1,
                           sha256, sha512, media_type, file_name, metadata - 'apidrive:holder', made_at
                      FROM apidrive.name, generate_series(1, 99999) AS i
                     WHERE namespace = 'sos' AND is_newest""");
            String list = text(web.call("GET", "/blobs", null));
            String[] ids = list.substring(2, list.length() - 2).split("\",\"");
            assertThat(ids).hasSize(100_000).isSorted().startsWith("id000000", "id000001").endsWith("id099999");

            assertThat(web.call("POST", "/blob/id050000x", random(200)).statusCode()).isEqualTo(200);
            assertThat(web.call("GET", "/fetch/id050000x.bin", null).body()).isEqualTo(random(200));
        }
    }

    @Test
    void sos_19_and_fault_2_an_upload_at_a_full_node_goes_to_those_that_have_room() throws Exception {
        try (TestNetwork network = TestNetwork.start(3, FAST);
             TestNode full = TestNode.start(Map.of("slots", "1", "gossip-period", "PT0.2S", "allow-private-peers", "true", "join",
                     network.node(0).uri("").toString()))) {
            Web web = new Web(full);
            Awaitility.await().untilAsserted(() -> assertThat(text(web.call("GET", "/api/drive/servers?state=active", null)).split("\"Id\""))
                    .hasSize(5));
            byte[] data = random(600_000);
            HttpResponse<byte[]> upload = web.call("POST", "/upload", data);
            assertThat(upload.statusCode()).as(text(upload)).isEqualTo(200);
            assertThat(web.call("GET", "/fetch/" + Sha1.of(data), null).body()).isEqualTo(data);
            assertThat(new Web(network.node(2)).call("GET", "/fetch/" + Sha1.of(data), null).body()).isEqualTo(data);
        }
    }
}
