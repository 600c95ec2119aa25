package apidrive.failures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNetwork;
import apidrive.admin.AdminCaller;
import apidrive.wire.BsonSequence;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

/**
 * Random operations at random nodes of a network, compared with a set in memory: what is in it is given back by every node,
 * what is not by none. Nodes end and come back meanwhile; while one is away nothing is deleted, for it would learn of that
 * only with the next comparison.
 */
class NetworkModelTest {
    private static final int NODES = 3;
    private static final int NUMBERS = 400;  // few, so that most are stored, deleted and stored again
    private static final int BATCH = 40;
    private static final int LEAST_STEPS = 100;
    private static final Duration LENGTH = Duration.ofSeconds(12);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 100;
    private static final int UNAVAILABLE = 503;
    private static final int NOBODY = -1;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<Integer> kept = new HashSet<>();
    private final List<String> history = new ArrayList<>();
    private Random random;
    private TestNetwork network;
    private List<AdminCaller> admins;
    private int away = NOBODY;

    @Test
    void every_node_gives_back_what_a_set_in_memory_holds_and_nothing_else() throws Exception {
        long seed = Long.getLong("apidrive-test.seed", System.nanoTime());
        random = new Random(seed);
        Path key = Files.writeString(folder.resolve("key"), "a key that all of them share");
        try (TestNetwork started = TestNetwork.start(NODES, TestNetwork.closed(key))) {
            network = started;
            admins = new ArrayList<>(IntStream.range(0, NODES).mapToObj(node -> new AdminCaller(started.node(node)).signedIn()).toList());
            long until = System.nanoTime() + LENGTH.toNanos();
            for (int step = 0; step < LEAST_STEPS || System.nanoTime() < until; step++) {
                step();
            }
            comeBack();
            for (int number = 0; number < NUMBERS; number++) {
                retrieve(number);
            }
        } catch (AssertionError | Exception e) {
            throw new AssertionError("-Dapidrive-test.seed=" + seed + " after " + history.size() + " steps, the last of them:\n"
                    + String.join("\n", history.subList(Math.max(0, history.size() - 20), history.size())), e);
        }
    }

    private void step() throws Exception {
        int number = random.nextInt(NUMBERS);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> store(number);
            case 5, 6, 7 -> delete(number);
            case 8, 9, 10 -> renew(List.of(number));
            case 11 -> storeTogether(numbers());
            case 12 -> renew(numbers());
            case 13 -> retrieveTogether(numbers());
            case 14 -> {
                if (away == NOBODY) {
                    leave();
                } else {
                    comeBack();
                }
            }
            default -> retrieve(number);
        }
    }

    private void store(int number) throws Exception {
        int node = anyone();
        note("store", number, node);
        HttpResponse<byte[]> answer = sendUntilServed(node, "PUT", number, chunk(number).data());
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        kept.add(number);
    }

    private void delete(int number) {
        if (away != NOBODY) {
            return;
        }
        int node = anyone();
        note("delete", number, node);
        HttpResponse<byte[]> answer = admins.get(node).delete("chunks/" + chunk(number).id());
        // a node answers for its own copy, and may not have had one yet
        assertThat(answer.statusCode()).isIn(kept.contains(number) ? List.of(204, 404) : List.of(404));
        kept.remove(number);
    }

    private void retrieve(int number) throws Exception {
        for (int node = 0; node < NODES; node++) {
            if (node != away) {
                note("retrieve", number, node);
                HttpResponse<byte[]> answer = kept.contains(number) ? sendUntilServed(node, "GET", number, null)
                        : send(node, "GET", path(number), null);
                assertGiven(number, answer.statusCode(), answer.body());
            }
        }
    }

    private void retrieveTogether(List<Integer> numbers) throws Exception {
        for (int node = 0; node < NODES; node++) {
            if (node != away) {
                note("retrieve together", numbers, node);
                List<Document> results = batch(node, "retrieve", numbers, number -> new Document().with("Id", chunk(number).id()));
                for (int i = 0; i < numbers.size(); i++) {
                    int status = (int) results.get(i).number("status").orElse(200);
                    if (status == UNAVAILABLE) {
                        retrieve(numbers.get(i));
                    } else {
                        assertGiven(numbers.get(i), status, results.get(i).bytes("Data").orElse(null));
                    }
                }
            }
        }
    }

    private void storeTogether(List<Integer> numbers) throws Exception {
        int node = anyone();
        note("store together", numbers, node);
        List<Document> results = batch(node, "store", numbers, number -> new Document().with("Data", chunk(number).data()).with("Ack", away == NOBODY ? "all" : null));
        for (int i = 0; i < numbers.size(); i++) {
            long status = results.get(i).number("status").orElse(200);
            assertThat(status).as("%s", results.get(i).members()).isIn(200L, (long) UNAVAILABLE);
            if (status == UNAVAILABLE) {
                store(numbers.get(i));
            }
            kept.add(numbers.get(i));
        }
    }

    private void renew(List<Integer> numbers) throws Exception {
        int node = anyone();
        note("renew", numbers, node);
        List<Document> results = batch(node, "renew", numbers, number -> new Document().with("Id", chunk(number).id()));
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(results.get(i).get("ExpiresAt").isPresent()).as("whether chunk %s has a lease", numbers.get(i))
                    .isEqualTo(kept.contains(numbers.get(i)));
        }
    }

    private void leave() {
        away = random.nextInt(NODES);
        note("ends", "", away);
        network.stop(away);
    }

    private void comeBack() {
        if (away != NOBODY) {
            note("begins", "", away);
            network.startAgain(away);
            admins.set(away, new AdminCaller(network.node(away)).signedIn());
            away = NOBODY;
            network.awaitWhole();
        }
    }

    /** Of what is not kept a node may say that it cannot know, while another does not answer. */
    private void assertGiven(int number, int status, byte[] body) {
        if (kept.contains(number)) {
            assertThat(status).as("of chunk %s, which is kept", number).isEqualTo(200);
            assertThat(body).as("chunk %s", number).isEqualTo(chunk(number).data());
        } else {
            assertThat(status).as("of chunk %s, which is not kept", number).isIn(404, UNAVAILABLE);
        }
    }

    private interface Contract {
        Document of(int number);
    }

    private List<Document> batch(int node, String what, List<Integer> numbers, Contract contract) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int number : numbers) {
            Format.BSON.write(contract.of(number), body);
        }
        HttpResponse<byte[]> answer = send(node, "POST", "batch/" + what, body.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        BsonSequence sequence = new BsonSequence(new ByteArrayInputStream(answer.body()), answer.body().length);
        List<Document> results = new ArrayList<>();
        for (Optional<byte[]> next = sequence.next(); next.isPresent(); next = sequence.next()) {
            results.add(Format.BSON.readDocument(next.get()));
        }
        assertThat(results).hasSameSizeAs(numbers);
        return results;
    }

    private HttpResponse<byte[]> send(int node, String method, String path, byte[] body) throws Exception {
        return http.send(HttpRequest.newBuilder(network.node(node).uri("/api/drive/" + path)).timeout(PATIENCE)
                .header("Content-Type", path.startsWith("batch") ? Format.BSON_TYPE : "application/octet-stream")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build(),
                BodyHandlers.ofByteArray());
    }

    /** A busy machine may answer 503: a client then asks again, and is to be served before long. */
    private HttpResponse<byte[]> sendUntilServed(int node, String method, int number, byte[] body) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        HttpResponse<byte[]> answer = send(node, method, path(number), body);
        while (answer.statusCode() == UNAVAILABLE && System.nanoTime() < until) {
            Thread.sleep(PAUSE_MILLIS);
            answer = send(node, method, path(number), body);
        }
        return answer;
    }

    private static String path(int number) {
        return "chunk/" + chunk(number).id();
    }

    private int anyone() {
        int node = random.nextInt(NODES);
        return node == away ? (node + 1) % NODES : node;
    }

    private List<Integer> numbers() {
        return random.ints(0, NUMBERS).distinct().limit(BATCH).boxed().toList();
    }

    private void note(String what, Object subject, int node) {
        history.add(what + " " + subject + " at node " + node);
    }

    private static Chunk chunk(int number) {
        Random random = new Random(number);
        byte[] data = new byte[Integer.BYTES + random.nextInt(number % 10 == 0 ? Chunk.MAX_BYTES - Integer.BYTES : 1_000)];
        random.nextBytes(data);
        ByteBuffer.wrap(data).putInt(number);
        return Chunk.of(data);
    }
}
