package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static apidrive.problem.Problem.BUSY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;

/** Concurrent stores share transactions, and none is answered before its own was committed. */
@Timeout(60)
class GroupCommitTest {
    private static final Duration PATIENT = Duration.ofMinutes(1);

    private final MemoryChunkStore memory = new MemoryChunkStore(10_000);
    private final HeldChunkStore store = new HeldChunkStore(memory);
    private GroupCommit<Put, PutResult> commits;

    @AfterEach
    void close() {
        store.letAllThrough();
        commits.close();
    }

    @Test
    void a_chunk_is_acknowledged_after_its_commit_and_not_before() throws Exception {
        start(1, 64, PATIENT);
        store.hold();
        CompletableFuture<PutResult> stored = commits.submit(put(chunk("one")));
        store.awaitPut();
        assertThat(stored).isNotDone();

        store.letThrough(1);
        assertThat(stored.get(20, TimeUnit.SECONDS).expiresAt()).isEqualTo(NOON.plus(MONTH.lifetime()));
        assertThat(get(memory, chunk("one").id(), NOON)).isPresent();
    }

    @Test
    void chunks_that_come_while_a_commit_is_flushed_share_the_next_one() throws Exception {
        start(1, 200, PATIENT);
        store.hold();
        List<CompletableFuture<PutResult>> stored = new ArrayList<>();
        stored.add(commits.submit(put(chunk("first"))));
        store.awaitPut();
        IntStream.range(0, 100).forEach(number -> stored.add(commits.submit(put(chunk("later " + number)))));
        store.letAllThrough();
        awaitAll(stored);

        assertThat(store.puts()).containsExactly(1, ChunkStore.MAX_PUT, 100 - ChunkStore.MAX_PUT);
        assertThat(memory.slots().used()).isEqualTo(101);
    }

    @Test
    void a_transaction_begins_beside_another_once_four_chunks_wait() throws Exception {
        start(3, 64, PATIENT);
        store.hold();
        List<CompletableFuture<PutResult>> stored = new ArrayList<>(List.of(commits.submit(put(chunk("first")))));
        store.awaitPut();
        IntStream.range(0, 4).forEach(number -> stored.add(commits.submit(put(chunk("beside " + number)))));
        store.awaitPut();
        IntStream.range(0, 15).forEach(number -> stored.add(commits.submit(put(chunk("too few for a third " + number)))));
        assertThat(commits.waiting()).isEqualTo(15);

        store.letAllThrough();
        awaitAll(stored);
        assertThat(store.puts()).containsExactly(1, 4, 15);
    }

    @Test
    void where_there_was_company_as_many_are_waited_for() throws Exception {
        start(2, 64, PATIENT, PATIENT);
        store.hold();
        List<CompletableFuture<PutResult>> stored = new ArrayList<>(List.of(commits.submit(put(chunk("first")))));
        store.awaitPut();
        stored.addAll(commits.submit(List.of(put(chunk("second")), put(chunk("third")))));
        store.letThrough(1);
        stored.get(0).get(20, TimeUnit.SECONDS);
        await().during(Duration.ofMillis(200)).until(() -> commits.waiting() == 2);

        stored.add(commits.submit(put(chunk("fourth"))));
        store.letAllThrough();
        awaitAll(stored);
        assertThat(store.puts()).containsExactly(1, 3);
    }

    @Test
    void company_that_does_not_come_is_not_waited_for_long() throws Exception {
        start(2, 64, PATIENT, Duration.ofMillis(50));
        store.hold();
        List<CompletableFuture<PutResult>> stored = new ArrayList<>(List.of(commits.submit(put(chunk("first")))));
        store.awaitPut();
        stored.addAll(commits.submit(List.of(put(chunk("second")), put(chunk("third")))));
        store.letAllThrough();

        awaitAll(stored);
        assertThat(store.puts()).containsExactly(1, 2);
    }

    @Test
    void where_transactions_take_longer_company_is_waited_for_longer() throws Exception {
        start(2, 64, PATIENT, Duration.ofSeconds(1));
        store.hold();
        List<CompletableFuture<PutResult>> stored = new ArrayList<>(List.of(commits.submit(put(chunk("first")))));
        store.awaitPut();
        stored.addAll(commits.submit(List.of(put(chunk("second")), put(chunk("third")))));
        await().during(Duration.ofSeconds(3)).until(() -> commits.waiting() == 2);
        store.letThrough(1);
        stored.get(0).get(20, TimeUnit.SECONDS);
        await().during(Duration.ofMillis(1500)).until(() -> commits.waiting() == 2);

        store.letAllThrough();
        awaitAll(stored);
        assertThat(store.puts()).containsExactly(1, 2);
    }

    @Test
    void one_who_had_no_company_waits_for_none() throws Exception {
        start(2, 64, PATIENT, PATIENT);
        for (int number = 0; number < 3; number++) {
            awaitAll(List.of(commits.submit(put(chunk("alone " + number)))));
        }

        assertThat(store.puts()).containsExactly(1, 1, 1);
    }

    @Test
    void chunks_that_come_together_share_a_transaction_though_nothing_is_under_way() throws Exception {
        start(2, 64, PATIENT);
        awaitAll(commits.submit(IntStream.range(0, 10).mapToObj(number -> put(chunk("together " + number))).toList()));

        assertThat(store.puts()).containsExactly(10);
    }

    @Test
    void of_chunks_that_come_together_those_are_turned_away_that_the_queue_has_no_room_for() throws Exception {
        start(1, 2, PATIENT);
        store.hold();
        commits.submit(put(chunk("being written")));
        store.awaitPut();
        List<CompletableFuture<PutResult>> together = commits.submit(
                List.of(put(chunk("waits 1")), put(chunk("waits 2")), put(chunk("one too many"))));
        store.letAllThrough();

        awaitAll(together.subList(0, 2));
        assertThatThrownBy(together.get(2)::join).cause().isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isEqualTo(BUSY));
    }

    @Test
    void a_full_queue_turns_the_next_chunk_away_at_once() {
        start(1, 2, PATIENT);
        store.hold();
        commits.submit(put(chunk("being written")));
        store.awaitPut();
        commits.submit(put(chunk("waits 1")));
        commits.submit(put(chunk("waits 2")));

        assertThat(commits.waiting()).isEqualTo(2);
        assertThat(commits.capacity()).isEqualTo(2);
        assertBusy(() -> commits.submit(put(chunk("one too many"))));
    }

    @Test
    void a_chunk_that_waited_longer_than_its_patience_is_refused_unwritten() {
        start(1, 64, Duration.ofNanos(1));
        CompletableFuture<PutResult> late = commits.submit(put(chunk("late")));

        assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS)).cause()
                .isInstanceOfSatisfying(ProblemException.class, failure -> {
                    assertThat(failure.problem()).isEqualTo(BUSY);
                    assertThat(failure.retryAfter()).isPresent();
                });
        assertThat(store.puts()).isEmpty();
    }

    @Test
    void a_refusal_goes_to_its_own_chunk_alone() throws Exception {
        start(1, 64, PATIENT);
        memory.plant(chunk("taken").id(), new StoredChunk(chunk("other bytes"), 3, NOON.plus(MONTH.lifetime())));
        store.hold();
        commits.submit(put(chunk("first")));
        store.awaitPut();
        CompletableFuture<PutResult> before = commits.submit(put(chunk("before")));
        CompletableFuture<PutResult> taken = commits.submit(put(chunk("taken")));
        CompletableFuture<PutResult> after = commits.submit(put(chunk("after")));
        store.letAllThrough();

        assertThat(before.get(20, TimeUnit.SECONDS).refusal()).isEmpty();
        assertThat(taken.get(20, TimeUnit.SECONDS).refusal()).isPresent();
        assertThat(after.get(20, TimeUnit.SECONDS).refusal()).isEmpty();
    }

    @Test
    void closing_stores_what_waits_and_takes_no_more() {
        start(2, 200, PATIENT);
        List<CompletableFuture<PutResult>> stored = IntStream.range(0, 150)
                .mapToObj(number -> commits.submit(put(chunk("waits " + number)))).toList();
        commits.close();

        assertThat(stored).allMatch(CompletableFuture::isDone);
        assertThat(memory.slots().used()).isEqualTo(150);
        assertBusy(() -> commits.submit(put(chunk("after the end"))));
    }

    private static Put put(Chunk chunk) {
        return Put.ofUser(chunk, 3, List.of());
    }

    private void start(int writers, int capacity, Duration patience) {
        start(writers, capacity, patience, Duration.ofMillis(1));
    }

    private void start(int writers, int capacity, Duration patience, Duration gathering) {
        commits = new GroupCommit<>("store", puts -> store.put(puts, MONTH.from(NOON)),
                new GroupCommit.Sharing(ChunkStore.MAX_PUT, 4, writers), capacity, patience, gathering);
    }

    private static void assertBusy(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isEqualTo(BUSY));
    }

    private static void awaitAll(List<CompletableFuture<PutResult>> stored) throws Exception {
        CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    }
}
