package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.puts;
import static apidrive.problem.Problem.BUSY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;

@Timeout(30)
class GroupReadTest {
    private static final int ALL = 1_000;
    private final MemoryChunkStore memory = new MemoryChunkStore(ALL);
    private final HeldChunkStore store = new HeldChunkStore(memory);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final GroupRead<ChunkId, GetResult> reads = new GroupRead<>(ids -> store.get(ids, NOON), ChunkStore.MAX_GET, 1, 40);

    @BeforeEach
    void fill() {
        IntStream.range(0, 50).forEach(i -> memory.put(puts(chunk("" + i)), MONTH.from(NOON)));
    }

    @AfterEach
    void close() {
        store.letReadThrough(ALL);
        clients.shutdown();
    }

    @Test
    void a_lone_retrieval_is_read_alone() {
        assertThat(reads.get(Set.of(id(7)))).containsOnlyKeys(id(7));
        assertThat(reads.get(Set.of(chunk("unknown").id()))).isEmpty();
        assertThat(store.gets()).containsExactly(1, 1);
    }

    @Test
    void retrievals_that_come_while_one_is_being_read_share_the_next_statements() throws Exception {
        List<Future<Map<ChunkId, GetResult>>> waiting = behindOne(20);
        store.letReadThrough(ALL);

        for (int i = 0; i < waiting.size(); i++) {
            assertThat(waiting.get(i).get(10, TimeUnit.SECONDS).get(id(i)).orThrow(id(i)).chunk().data())
                    .isEqualTo(chunk("" + i).data());
        }
        assertThat(store.gets()).containsExactly(1, ChunkStore.MAX_GET, 20 - ChunkStore.MAX_GET);
        assertThat(reads.waiting()).isZero();
    }

    @Test
    void the_same_chunk_is_read_once_for_all_who_wait_for_it() throws Exception {
        List<Future<?>> waiting = new ArrayList<>();
        store.holdReads();
        waiting.add(clients.submit(() -> reads.get(Set.of(id(0)))));
        store.awaitRead();
        IntStream.range(0, 10).forEach(i -> waiting.add(clients.submit(() -> reads.get(Set.of(id(1))))));
        await().until(() -> reads.waiting() == 10);
        store.letReadThrough(ALL);
        for (Future<?> one : waiting) {
            one.get(10, TimeUnit.SECONDS);
        }

        assertThat(store.gets()).containsExactly(1, 1);
    }

    @Test
    void a_read_that_fails_fails_those_who_shared_it_and_no_other() throws Exception {
        List<Future<Map<ChunkId, GetResult>>> waiting = behindOne(ChunkStore.MAX_GET + 1);
        store.letReadThrough(1);
        store.awaitRead();
        store.breakReads(true);
        store.letReadThrough(1);
        store.awaitRead();
        store.breakReads(false);
        store.letReadThrough(ALL);

        assertThat(waiting.get(ChunkStore.MAX_GET).get(10, TimeUnit.SECONDS)).containsKey(id(ChunkStore.MAX_GET));
        for (int i = 0; i < ChunkStore.MAX_GET; i++) {
            Future<?> failed = waiting.get(i);
            assertThatThrownBy(() -> failed.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("reads are broken");
        }
        assertThat(reads.get(Set.of(id(3)))).containsKey(id(3));
    }

    @Test
    void a_full_queue_turns_the_next_retrieval_away_at_once() throws Exception {
        behindOne(40);

        assertThatThrownBy(() -> reads.get(Set.of(id(1)))).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isEqualTo(BUSY));
        assertThat(reads.waiting()).isEqualTo(40);
    }

    @Test
    void one_who_is_interrupted_leaves_and_holds_up_nobody() throws Exception {
        store.holdReads();
        clients.submit(() -> reads.get(Set.of(id(0))));
        store.awaitRead();
        Future<?> interrupted = clients.submit(() -> reads.get(Set.of(id(1))));
        await().until(() -> reads.waiting() == 1);
        interrupted.cancel(true);
        await().until(() -> reads.waiting() == 0);
        store.letReadThrough(ALL);

        assertThat(reads.get(Set.of(id(2)))).containsKey(id(2));
    }

    /** So many retrievals of one chunk each, in order, behind one that is being read. */
    private List<Future<Map<ChunkId, GetResult>>> behindOne(int count) {
        store.holdReads();
        clients.submit(() -> reads.get(Set.of(id(49))));
        store.awaitRead();
        List<Future<Map<ChunkId, GetResult>>> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ChunkId id = id(i);
            waiting.add(clients.submit(() -> reads.get(Set.of(id))));
            int sofar = i + 1;
            await().until(() -> reads.waiting() == sofar);
        }
        return waiting;
    }

    private static ChunkId id(int number) {
        return chunk("" + number).id();
    }
}
