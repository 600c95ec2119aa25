package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;

/** Slots never overshoot, however many store at once. */
class SlotLedgerTest {
    private TestDatabase database;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @RepeatedTest(3)
    void sixty_four_writers_on_the_last_ten_slots_of_two_wars_store_exactly_ten() throws Exception {
        assertThat(storeAtOnce(64, 64, 1, 10)).isEqualTo(10);
    }

    @Test
    void writers_that_cross_from_far_to_full_fill_every_slot_and_none_beyond() throws Exception {
        assertThat(storeAtOnce(16, 2_400, 12, 1_500)).isEqualTo(1_500);
    }

    /** {@code writers} threads store {@code count} chunks, {@code together} a transaction; returns how many were kept. */
    private int storeAtOnce(int writers, int count, int together, int slots) throws Exception {
        List<PostgresChunkStore> wars = List.of(storeOf(slots), storeOf(slots));
        wars.get(0).openAhead(NOON);
        CountDownLatch start = new CountDownLatch(1);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger kept = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(writers);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            PostgresChunkStore war = wars.get(i % 2);
            running.add(executor.submit(() -> {
                start.await();
                for (int from = next.getAndAdd(together); from < count; from = next.getAndAdd(together)) {
                    int first = from;
                    List<PutResult> results = war.put(java.util.stream.IntStream.range(first, first + together)
                            .mapToObj(number -> Put.ofUser(chunk("chunk " + number), 3, List.of())).toList(), MONTH.from(NOON));
                    kept.addAndGet((int) results.stream().filter(result -> result.refusal().isEmpty()).count());
                    assertThat(database.number("SELECT sum(used) FROM apidrive.slot_shard")).isLessThanOrEqualTo(slots);
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> one : running) {
            one.get(120, TimeUnit.SECONDS);
        }
        executor.shutdown();
        assertThat(database.number("SELECT count(*) FROM apidrive.chunk")).isEqualTo(kept.get());
        assertThat(database.number("SELECT sum(used) FROM apidrive.slot_shard")).isEqualTo(kept.get());
        return kept.get();
    }

    private PostgresChunkStore storeOf(int slots) {
        return new PostgresChunkStore(new Database(database.runner()), slots, MONTH);
    }
}
