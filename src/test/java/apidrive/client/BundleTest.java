package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Timeout;

import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

@Timeout(60)
class BundleTest {
    private static final int COUNT = 20;
    private static final Flow.Subscription NO_SUBSCRIPTION = new Flow.Subscription() {
        @Override
        public void request(long count) {
            // everything is sent without being asked for
        }

        @Override
        public void cancel() {
            // nothing more is sent
        }
    };
    private final FakeServer server = FakeServer.start();
    private final Http http = new Http(Duration.ofSeconds(20), Optional.empty());
    private final AtomicInteger quick = new AtomicInteger();
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void close() {
        goOn.countDown();
        http.close();
        server.close();
    }

    @Test
    void contracts_that_gather_while_one_is_under_way_go_together_and_each_has_its_own_answer() throws Exception {
        server.withBatches();
        List<CompletableFuture<Answer>> answers = storeManyBehindOne();

        for (int i = 0; i < COUNT; i++) {
            assertThat(answer(answers.get(i)).document().id("Id")).contains(chunk(i).id());
        }
        assertThat(server.requests).startsWith("POST store", "POST batch/store").hasSizeLessThan(COUNT / 2)
                .filteredOn("POST store"::equals).hasSize(1);
        assertThat(quick.get()).as("told of each that was quick").isBetween(0, server.requests.size() - 1);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 2", "1, 4"})
    void beside_one_under_way_another_begins_when_it_is_full_enough(double share, int enough) throws Exception {
        server.withBatches().with(heldFirst((route, exchange) -> false));
        Bundle bundle = bundle(2, share);
        List<CompletableFuture<Answer>> answers = new ArrayList<>(List.of(bundle.post(contract(0))));
        first.await();
        for (int i = 1; i <= enough; i++) {
            answers.add(bundle.post(contract(i)));
        }
        for (CompletableFuture<Answer> answer : answers.subList(1, answers.size())) {
            answer(answer);
        }
        assertThat(server.requests).as("one with all of them").containsExactly("POST store", "POST batch/store");
        goOn.countDown();
        answer(answers.get(0));
    }

    @Test
    void an_exchange_that_was_answered_to_its_end_leaves_its_connection_to_the_next() throws Exception {
        server.withBatches();
        for (CompletableFuture<Answer> answer : storeManyBehindOne()) {
            answer(answer);
        }

        assertThat(server.requests).hasSizeGreaterThan(2);
        assertThat(server.connections).hasSize(1);
    }

    @Test
    void a_refusal_among_many_goes_to_its_own_contract_with_the_time_to_wait() throws Exception {
        server.with(heldFirst((route, exchange) -> {
            if (!route.equals("POST batch/store")) {
                return false;
            }
            Document busy = new Document().with("status", 503).with("detail", "too much").with("RetryAfter", 7);
            FakeServer.answer(exchange, 200, Format.BSON.write(IntStream.range(1, 5).mapToObj(i -> i == 3 ? busy
                    : new Document().with("Id", chunk(i).id())).toList()));
            return true;
        }));
        List<CompletableFuture<Answer>> answers = store(5);

        Outcome refused = Outcome.of(answer(answers.get(3)));
        assertThat(refused.kind()).isEqualTo(Outcome.Kind.BUSY);
        assertThat(refused.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(refused.why()).contains("too much");
        assertThat(answer(answers.get(4)).document().id("Id")).contains(chunk(4).id());
    }

    @Test
    void a_server_without_the_route_for_many_is_asked_for_it_once() throws Exception {
        List<CompletableFuture<Answer>> answers = storeManyBehindOne();

        for (CompletableFuture<Answer> answer : answers) {
            assertThat(answer(answer).isSuccess()).isTrue();
        }
        assertThat(server.requests).filteredOn("POST batch/store"::equals).hasSize(1);
        assertThat(server.requests).filteredOn("POST store"::equals).hasSize(COUNT);
        assertThat(server.stored).hasSize(COUNT).doesNotHaveDuplicates();
    }

    @Test
    void a_proxy_that_refuses_a_large_body_is_sent_small_ones() throws Exception {
        server.withBatches().with(heldFirst((route, exchange) -> {
            if (route.equals("POST batch/store")) {
                FakeServer.refuse(exchange, 413, "client intended to send too large body");
                return true;
            }
            return false;
        }));
        for (CompletableFuture<Answer> answer : store(COUNT)) {
            assertThat(answer(answer).isSuccess()).isTrue();
        }
    }

    @Test
    void a_server_that_is_busy_as_a_whole_is_busy_for_each() throws Exception {
        server.with(heldFirst((route, exchange) -> {
            if (route.equals("POST batch/store")) {
                exchange.getResponseHeaders().set("Retry-After", "3");
                FakeServer.refuse(exchange, 503, "starting");
                return true;
            }
            return false;
        }));
        List<CompletableFuture<Answer>> answers = store(COUNT);

        assertThat(Outcome.of(answer(answers.get(COUNT - 1))).retryAfter()).contains(Duration.ofSeconds(3));
        assertThat(Outcome.of(answer(answers.get(1))).kind()).isEqualTo(Outcome.Kind.BUSY);
    }

    @Test
    void those_that_an_answer_with_too_few_results_leaves_out_have_none() throws Exception {
        server.with(answering(new Document().with("Id", chunk(1).id())));
        List<CompletableFuture<Answer>> answers = store(5);

        assertThat(answer(answers.get(0)).isSuccess()).isTrue();
        assertThat(answer(answers.get(1)).document().id("Id")).contains(chunk(1).id());
        assertThatThrownBy(() -> answer(answers.get(2))).hasMessageContaining("fewer results");
        assertThatThrownBy(() -> answer(answers.get(4))).hasMessageContaining("fewer results");
    }

    @Test
    void a_result_that_is_longer_than_allowed_ends_the_answer_after_those_before_it() throws Exception {
        server.with(answering(List.of(new Document().with("Id", chunk(1).id()),
                new Document().with("Detail", "x".repeat(1_024)), new Document().with("Id", chunk(3).id()))));
        List<CompletableFuture<Answer>> answers = store(4);

        assertThat(answer(answers.get(1)).isSuccess()).isTrue();
        assertThatThrownBy(() -> answer(answers.get(2))).hasMessageContaining("longer than 1024 bytes");
        assertThatThrownBy(() -> answer(answers.get(3))).hasMessageContaining("longer than 1024 bytes");
    }

    @Test
    void an_answer_that_ends_within_a_result_or_has_too_many_is_a_failure() throws Exception {
        byte[] result = Format.BSON.write(new Document().with("Id", chunk(1).id()));
        server.with(answering(Arrays.copyOf(result, result.length - 1)));
        assertThatThrownBy(() -> answer(store(3).get(1))).hasMessageContaining("ends within a document");
        DocumentsBody body = new DocumentsBody(1_024, document -> {
            throw new IOException("more results than there were chunks");
        });
        body.onSubscribe(NO_SUBSCRIPTION);
        body.onNext(List.of(ByteBuffer.wrap(result)));

        assertThatThrownBy(() -> body.getBody().toCompletableFuture().get()).hasMessageContaining("more results");
    }

    @Test
    void results_are_put_together_from_pieces_of_any_size() throws Exception {
        List<byte[]> results = IntStream.range(0, 3).mapToObj(i -> contract(i)).toList();
        byte[] all = Format.BSON.write(IntStream.range(0, 3).mapToObj(i -> new Document().with("Data", chunk(i).data())).toList());
        for (int size = 1; size <= all.length; size++) {
            List<byte[]> taken = new ArrayList<>();
            DocumentsBody body = new DocumentsBody(1_024, taken::add);
            body.onSubscribe(NO_SUBSCRIPTION);
            for (int from = 0; from < all.length; from += size) {
                body.onNext(List.of(ByteBuffer.wrap(all, from, Math.min(size, all.length - from))));
            }
            body.onComplete();

            assertThat(body.getBody().toCompletableFuture().get()).isEmpty();
            assertThat(taken).as("in pieces of " + size).containsExactlyElementsOf(results);
        }
    }

    /** Every exchange for many is answered so: with documents, or with bytes as they are. */
    private FakeServer.Mischief answering(Object body) {
        return heldFirst((route, exchange) -> {
            if (route.equals("POST batch/store")) {
                FakeServer.answer(exchange, 200, body instanceof byte[] bytes ? bytes : Format.BSON.write(body));
                return true;
            }
            return false;
        });
    }

    private List<CompletableFuture<Answer>> storeManyBehindOne() throws Exception {
        server.with(heldFirst((route, exchange) -> false));
        return store(COUNT);
    }

    /** The first exchange waits until the others have gathered. */
    private FakeServer.Mischief heldFirst(FakeServer.Mischief then) {
        return (route, exchange) -> {
            if (first.getCount() > 0) {
                first.countDown();
                goOn.await();
                return false;
            }
            return then.on(route, exchange);
        };
    }

    private List<CompletableFuture<Answer>> store(int count) throws Exception {
        Bundle bundle = bundle(1, 0.5);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        answers.add(bundle.post(contract(0)));
        first.await();
        IntStream.range(1, count).forEach(i -> answers.add(bundle.post(contract(i))));
        goOn.countDown();
        return answers;
    }

    private Bundle bundle(int mostExchanges, double share) {
        ServerUrl url = ServerUrl.parse(server.url());
        return new Bundle(http, url.store(), Optional.of(url.storeMany()), 1_024, mostExchanges, share, () -> quick.incrementAndGet());
    }

    private static Answer answer(CompletableFuture<Answer> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static Chunk chunk(int number) {
        return Chunk.of(("chunk " + number).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] contract(int number) {
        return Format.BSON.write(new Document().with("Data", chunk(number).data()));
    }
}
