package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/**
 * Stores, renewals and sweeps of two WARs on one database while months pass: nothing with a live lease is lost, and in
 * every snapshot the slots counted are the chunks kept.
 */
class SlotCountTest {
    private static final int SLOTS = 1_300;  // so few that some stores meet the limit
    private static final int CHUNKS = 1_600;
    private static final int DAYS = 50;
    private static final String DIFFERENCE = """
            SELECT (SELECT sum(used) FROM apidrive.slot_shard) - (SELECT count(*) FROM apidrive.chunk)""";

    private final TestDatabase database = TestDatabase.migrated();
    private final AtomicInteger day = new AtomicInteger();
    private final Map<ChunkId, Instant> promised = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    @Timeout(90)
    void equals_the_chunks_kept_at_every_moment_and_no_promise_is_broken() throws Exception {
        List<PostgresChunkStore> wars = List.of(war(), war());
        wars.get(0).openAhead(NOON);
        ExecutorService executor = Executors.newCachedThreadPool();
        List<Future<?>> running = new ArrayList<>();
        for (int worker = 0; worker < 6; worker++) {
            PostgresChunkStore war = wars.get(worker % 2);
            Random random = new Random(worker);
            running.add(executor.submit(whileDaysPass(() -> use(war, random))));
        }
        for (PostgresChunkStore war : wars) {
            running.add(executor.submit(whileDaysPass(() -> war.sweep(now()))));
        }
        AtomicInteger looks = new AtomicInteger();
        running.add(executor.submit(whileDaysPass(() -> {
            assertThat(database.number(DIFFERENCE)).isZero();
            return looks.incrementAndGet();
        })));
        for (; day.get() < DAYS; day.incrementAndGet()) {
            for (int batch = 0; batch < 4; batch++) {
                use(wars.get(batch % 2), new Random(1_000L * day.get() + batch));
            }
        }
        for (Future<?> one : running) {
            one.get(30, TimeUnit.SECONDS);
        }
        executor.shutdown();
        while (wars.get(0).sweep(now())) {
            assertThat(database.number(DIFFERENCE)).isZero();
        }

        assertThat(looks).hasPositiveValue();
        promised.forEach((id, until) -> {
            if (until.isAfter(now())) {
                assertThat(get(wars.get(1), id, now())).as("%s, promised until %s", id, until).isPresent();
            }
        });
        assertThat(wars.get(0).slots().used()).isBetween(1L, (long) SLOTS);
    }

    /** Stores a few of the chunks again and renews others; whatever is answered is a promise. */
    private int use(PostgresChunkStore war, Random random) {
        Instant now = now();
        List<Chunk> some = IntStream.range(0, 1 + random.nextInt(24))
                .mapToObj(i -> chunk("chunk " + random.nextInt(CHUNKS))).toList();
        List<PutResult> results = war.put(ChunkStoreContract.puts(some), MONTH.from(now));
        for (int i = 0; i < some.size(); i++) {
            if (results.get(i).refusal().isEmpty()) {
                promise(some.get(i).id(), results.get(i).expiresAt());
            }
        }
        List<ChunkId> others = IntStream.range(0, 8).mapToObj(i -> chunk("chunk " + random.nextInt(CHUNKS)).id()).toList();
        war.renew(others, MONTH.from(now), false).forEach(this::promise);
        return results.size();
    }

    private void promise(ChunkId id, Instant until) {
        promised.merge(id, until, (one, other) -> one.isAfter(other) ? one : other);
    }

    private Callable<Void> whileDaysPass(Callable<?> work) {
        return () -> {
            while (day.get() < DAYS) {
                work.call();
            }
            return null;
        };
    }

    private Instant now() {
        return NOON.plus(Duration.ofDays(day.get()));
    }

    private PostgresChunkStore war() {
        return new PostgresChunkStore(new Database(database.runner()), SLOTS, MONTH);
    }
}
