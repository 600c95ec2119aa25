package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.wire.Chunk;

/** Deletions race with peers that send the same chunks: whoever is first, what is buried stays buried. */
class BurialTest {
    private static final int ROUNDS = 60;
    private static final int CHUNKS = 12;
    private static final Instant END = NOON.plus(Duration.ofDays(20));

    @Test
    void no_copy_that_comes_meanwhile_outlives_a_deletion() throws Exception {
        Random random = new Random(1);
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try (TestDatabase database = TestDatabase.migrated()) {
            PostgresChunkStore store = new PostgresChunkStore(new Database(database.runner()), 10_000, MONTH);
            store.openAhead(NOON);
            Inventory inventory = new PostgresInventory(new Database(database.runner()));
            CyclicBarrier start = new CyclicBarrier(3);
            for (int round = 0; round < ROUNDS; round++) {
                List<Chunk> chunks = IntStream.range(0, CHUNKS).mapToObj(i -> chunk(random)).toList();
                List<Put> puts = chunks.stream().map(chunk -> Put.ofPeer(chunk, 3, END)).toList();
                List<Tombstone> tombstones = chunks.stream().map(chunk -> new Tombstone(chunk.id(), NOON.plus(MONTH.lifetime().multipliedBy(2)), 1)).toList();
                int millis = random.nextInt(4);
                List<Future<?>> running = new ArrayList<>();
                for (int peer = 0; peer < 2; peer++) {
                    running.add(executor.submit(() -> {
                        start.await(20, TimeUnit.SECONDS);
                        return store.put(puts, MONTH.from(NOON));
                    }));
                }
                running.add(executor.submit(() -> {
                    start.await(20, TimeUnit.SECONDS);
                    TimeUnit.MILLISECONDS.sleep(millis);
                    return inventory.bury(tombstones);
                }));
                for (Future<?> one : running) {
                    one.get(20, TimeUnit.SECONDS);
                }
            }

            assertThat(database.number("SELECT count(*) FROM apidrive.tombstone")).isEqualTo(ROUNDS * CHUNKS);
            assertThat(database.number("SELECT count(*) FROM apidrive.chunk")).isZero();
            assertThat(database.number("SELECT count(*) FROM apidrive.chunk_data"))
                    .isEqualTo(database.number("SELECT count(*) FROM apidrive.leftover"));
            assertThat(store.slots().used()).isZero();
        } finally {
            executor.shutdownNow();
        }
    }

    private static Chunk chunk(Random random) {
        byte[] data = new byte[20_000];
        random.nextBytes(data);
        return Chunk.of(data);
    }
}
