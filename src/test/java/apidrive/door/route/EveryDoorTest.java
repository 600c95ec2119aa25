package apidrive.door.route;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNetwork;
import apidrive.door.object.Web;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.TreeBuilder;
import apidrive.manifest.TreeShape;
import apidrive.wire.Chunk;

/** What came in by any door, at any node, is found by every other that can name it, at every node. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EveryDoorTest {
    private static final int NODES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TUS = "Tus-Resumable";

    /** A way in. */
    private enum Way {
        OBJECT, RESUMABLE, NAME, SOS_UPLOAD, SOS_BLOB, DTFC, BELOW_SOS, BELOW_DTFC
    }

    /** A file that was stored, and all that it is found by. */
    private record Stored(String what, byte[] data, List<String> paths) {
        /** {@code own} are the paths that only its own door can name it by. */
        private static Stored of(String what, byte[] data, List<String> own) {
            String sha1 = hash("SHA-1", data);
            String sha256 = hash("SHA-256", data);
            String sha512 = hash("SHA-512", data);
            List<String> paths = new ArrayList<>(own);
            for (String id : List.of(root(data), sha1, sha256, sha512)) {
                paths.add("/api/drive/object/" + id);
            }
            paths.addAll(List.of("/api/drive/name/sha1/" + sha1, "/api/drive/name/sha256/" + sha256, "/api/drive/name/sha512/" + sha512,
                    "/fetch/" + sha1, "/sos/fetch/" + sha1 + ".ext", "/blob/" + sha1, "/sos/blob/" + sha1, "/" + sha512,
                    "/dtfc/" + sha512));
            return new Stored(what, data, paths);
        }
    }

    @Test
    void what_came_in_by_any_door_at_any_node_is_found_by_every_other_at_every_node_also_with_two_of_five_down() {
        try (TestNetwork network = TestNetwork.start(NODES, Map.of("gossip-period", "PT0.2S", "allow-private-peers", "true"))) {
            List<Stored> files = new ArrayList<>();
            for (Way way : Way.values()) {
                for (int node = 0; node < NODES; node++) {
                    files.add(store(way, new Web(network.node(node)), files.size()));
                }
            }
            assertFound(network, files, 0, 1, 2, 3, 4);

            awaitCopies(network);
            network.stop(0);
            network.stop(1);
            assertFound(network, files, 2, 3, 4);
            List<Stored> meanwhile = new ArrayList<>();
            for (Way way : Way.values()) {
                meanwhile.add(store(way, new Web(network.node(2 + way.ordinal() % 3)), files.size() + way.ordinal()));
            }
            assertFound(network, meanwhile, 2, 3, 4);

            network.startAgain(0);
            network.startAgain(1);
            network.awaitWhole();
            assertFound(network, meanwhile, 0, 1);
            awaitCopies(network);
            network.stop(2);
            network.stop(4);
            files.addAll(meanwhile);
            assertFound(network, files, 0, 1, 3);
        }
    }

    /** One leaf, or several. */
    private static Stored store(Way way, Web web, int number) {
        byte[] data = random(number % 2 == 0 ? 50_000 + number : 140_000 + number);
        String what = way + " " + number;
        return switch (way) {
            case OBJECT -> stored(what, data, web.call("PUT", "/api/drive/object", data), List.of());
            case RESUMABLE -> {
                HttpResponse<byte[]> upload = web.call("POST", "/api/drive/upload", null, TUS, "1.0.0", "Upload-Length",
                        Integer.toString(data.length));
                String url = header(upload, "Location");
                int half = data.length / 2;
                append(web, url, data, 0, half);
                append(web, url, data, half, data.length);
                yield Stored.of(what, data, List.of());
            }
            case NAME -> stored(what, data, web.call("PUT", "/api/drive/name/files/file" + number, data),
                    List.of("/api/drive/name/files/file" + number));
            case SOS_UPLOAD -> stored(what, data, web.call("POST", "/upload", data), List.of());
            case BELOW_SOS -> stored(what, data, web.call("POST", "/sos/upload", data), List.of());
            case SOS_BLOB -> stored(what, data, web.call("POST", "/blob/file" + number, data),
                    List.of("/blob/file" + number, "/sos/fetch/file" + number + ".txt"));
            case DTFC -> stored(what, data, web.call("PUT", "/file" + number + ".bin", data), List.of());
            case BELOW_DTFC -> stored(what, data, web.call("PUT", "/dtfc/file" + number + ".bin", data), List.of());
        };
    }

    private static Stored stored(String what, byte[] data, HttpResponse<byte[]> answer, List<String> own) {
        assertThat(answer.statusCode()).as(what + " " + text(answer)).isIn(200, 201);
        return Stored.of(what, data, own);
    }

    private static void append(Web web, String url, byte[] data, int from, int to) {
        assertThat(web.call("PATCH", url, Arrays.copyOfRange(data, from, to), TUS, "1.0.0", "Upload-Offset", Integer.toString(from),
                "Content-Type", "application/offset+octet-stream").statusCode()).isEqualTo(204);
    }

    private static void assertFound(TestNetwork network, List<Stored> files, int... nodes) {
        IntStream.of(nodes).parallel().forEach(node -> {
            Web web = new Web(network.node(node));
            for (Stored file : files) {
                for (String path : file.paths()) {
                    HttpResponse<byte[]> got = web.call("GET", path, null);
                    assertThat(got.statusCode()).as("%s at node %d by %s", file.what(), node, path).isEqualTo(200);
                    assertThat(Arrays.equals(got.body(), file.data())).as("%s at node %d by %s", file.what(), node, path).isTrue();
                }
            }
        });
    }

    /** Returns when three nodes have each chunk and each name: two that are lost take none along then. */
    private static void awaitCopies(TestNetwork network) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            assertThat(rare(network, "SELECT id::text FROM apidrive.chunk")).as("chunks on fewer than three nodes").isEmpty();
            assertThat(rare(network, "SELECT id::text FROM apidrive.name WHERE is_newest")).as("names on fewer than three nodes").isEmpty();
        });
    }

    private static List<String> rare(TestNetwork network, String query) {
        List<String> all = IntStream.range(0, NODES).boxed()
                .flatMap(node -> network.node(node).database().texts(query).stream()).sorted().toList();
        return all.stream().distinct().filter(id -> all.lastIndexOf(id) - all.indexOf(id) < 2).toList();
    }

    /** What names all of the bytes, whoever cuts them. */
    private static String root(byte[] data) {
        TreeBuilder tree = new TreeBuilder(TreeShape.STANDARD, node -> { });
        for (int from = 0; from < data.length; from += Chunk.MAX_BYTES) {
            byte[] leaf = Arrays.copyOfRange(data, from, Math.min(data.length, from + Chunk.MAX_BYTES));
            tree.leaf(Chunk.of(leaf).digest(), leaf.length);
        }
        HexFormat hex = HexFormat.of();
        return Chunk.of(tree.root(ObjectDigests.of(hex.parseHex(hash("SHA-1", data)), hex.parseHex(hash("SHA-256", data)),
                hex.parseHex(hash("SHA-512", data))))).id().toString();
    }

    private static String hash(String algorithm, byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
