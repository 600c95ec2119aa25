package apidrive.door.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import apidrive.TestNode;
import apidrive.wire.BsonSequence;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Many chunks in one exchange. */
class BatchTest {
    private static TestNode node;
    private static Caller caller;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        caller = new Caller(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void chunks_are_stored_renewed_and_retrieved_in_the_order_sent() {
        List<Chunk> chunks = IntStream.range(0, 300).mapToObj(BatchTest::chunk).toList();
        List<Document> stored = results(caller.bson("/api/drive/batch/store",
                chunks.stream().map(chunk -> new Document().with("Data", chunk.data())).toArray(Document[]::new)));
        Document[] ids = chunks.stream().map(chunk -> new Document().with("Id", chunk.id())).toArray(Document[]::new);
        List<Document> renewed = results(caller.bson("/api/drive/batch/renew", ids));
        List<Document> retrieved = results(caller.bson("/api/drive/batch/retrieve", ids));

        assertThat(stored).hasSize(300);
        assertThat(renewed).hasSize(300);
        assertThat(retrieved).hasSize(300);
        for (int i = 0; i < 300; i++) {
            assertThat(stored.get(i).get("Id")).contains(chunks.get(i).id());
            assertThat(stored.get(i).get("Digest")).contains(chunks.get(i).digest().toString());
            assertThat(renewed.get(i).get("ExpiresAt")).isPresent();
            assertThat(retrieved.get(i).get("Id")).contains(chunks.get(i).id());
            assertThat(retrieved.get(i).bytes("Data").orElseThrow()).isEqualTo(chunks.get(i).data());
        }
    }

    @Test
    void each_contract_succeeds_or_fails_by_itself() {
        List<Document> stored = results(caller.bson("/api/drive/batch/store", new Document().with("Data", new byte[] {1}),
                new Document().with("Data", new byte[65_537]), new Document().with("Data", null), new Document(),
                new Document().with("Data", new byte[] {2})));
        List<Document> retrieved = results(caller.bson("/api/drive/batch/retrieve",
                new Document().with("Id", Chunk.of(new byte[] {1}).id()), new Document().with("Id", "nonsense"),
                new Document().with("Id", chunk(-1).id()), new Document().with("Id", Chunk.of(new byte[] {2}).id())));
        List<Document> renewed = results(caller.bson("/api/drive/batch/renew",
                new Document().with("Id", chunk(-1).id()), new Document().with("Id", Chunk.of(new byte[] {2}).id())));

        assertThat(statuses(stored)).containsExactly(0L, 413L, 400L, 400L, 0L);
        assertThat(statuses(retrieved)).containsExactly(0L, 400L, 404L, 0L);
        assertThat(retrieved.get(2).id("Id")).contains(chunk(-1).id());
        assertThat(statuses(renewed)).containsExactly(404L, 0L);
    }

    @Test
    void an_exchange_without_contracts_has_no_results() {
        assertThat(results(caller.call("POST", "/api/drive/batch/store", new byte[0], "Content-Type", "application/bson")))
                .isEmpty();
    }

    @Test
    void an_exchange_whose_framing_breaks_is_refused_and_what_came_before_stays_stored() {
        byte[] whole = Format.BSON.write(new Document().with("Data", new byte[] {3}));
        byte[] broken = Arrays.copyOf(whole, 2 * whole.length - 1);
        System.arraycopy(whole, 0, broken, whole.length, whole.length - 1);
        HttpResponse<byte[]> answer = caller.call("POST", "/api/drive/batch/store", broken, "Content-Type", "application/bson");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Format.BSON.readDocument(answer.body()).get("type")).contains("urn:apidrive:problem:malformed");
        assertThat(caller.call("GET", "/api/drive/chunk/" + Chunk.of(new byte[] {3}).id(), null).statusCode()).isEqualTo(200);
    }

    @Test
    void more_than_4096_contracts_are_refused_and_so_is_another_format() {
        Document[] many = IntStream.range(0, 4_097).mapToObj(i -> new Document().with("Id", chunk(1).id()))
                .toArray(Document[]::new);

        assertThat(caller.bson("/api/drive/batch/retrieve", many).statusCode()).isEqualTo(413);
        assertThat(caller.json("/api/drive/batch/retrieve", "{}").statusCode()).isEqualTo(415);
    }

    private static Chunk chunk(int number) {
        return Chunk.of(("chunk " + number).repeat(100).getBytes());
    }

    private static List<Document> results(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        List<Document> results = new ArrayList<>();
        BsonSequence documents = new BsonSequence(new ByteArrayInputStream(answer.body()), 1 << 20);
        for (Optional<byte[]> next = documents.next(); next.isPresent(); next = documents.next()) {
            results.add(Format.BSON.readDocument(next.get()));
        }
        return results;
    }

    /** The status of each failed result, 0 of each that succeeded. */
    private static List<Long> statuses(List<Document> results) {
        return results.stream().map(result -> result.number("Status").orElse(0L)).toList();
    }
}
