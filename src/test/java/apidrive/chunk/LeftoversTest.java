package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static apidrive.chunk.ChunkStoreContract.puts;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** What is left of chunks that were deleted: their slots are free at once, their bytes go in a while, or when they are stored again. */
class LeftoversTest {
    private static final int ALL = 1_000;
    private static final Chunk A = chunk("a");
    private static final Chunk B = chunk("b");
    private static final Chunk C = chunk("c");
    private static final String BYTES = "SELECT count(*) FROM apidrive.chunk_data";
    private static final String LEFT = "SELECT count(*) FROM apidrive.leftover";
    private static final String UNEQUAL = """
            SELECT (SELECT abs(sum(used) - (SELECT count(*) FROM apidrive.chunk)) FROM apidrive.slot_shard)
                 + (SELECT abs(sum(bytes) - (SELECT COALESCE(sum(size), 0) FROM apidrive.chunk)) FROM apidrive.slot_shard)
                 + (SELECT count(*) FROM apidrive.leftover WHERE EXISTS (SELECT FROM apidrive.chunk WHERE chunk.id = leftover.id))
                 + (SELECT count(*) FROM apidrive.chunk_data
                     WHERE NOT EXISTS (SELECT FROM apidrive.chunk WHERE (chunk.id, chunk.epoch) = (chunk_data.id, chunk_data.epoch))
                       AND NOT EXISTS (SELECT FROM apidrive.leftover
                                        WHERE (leftover.id, leftover.epoch) = (chunk_data.id, chunk_data.epoch)))""";

    private final TestDatabase tenant = TestDatabase.opened(NOON);
    private final Database database = new Database(tenant.runner());
    private final PostgresChunkStore store = new PostgresChunkStore(database, 10_000, MONTH);
    private final Inventory inventory = new PostgresInventory(database);
    private final Leftovers leftovers = new Leftovers(database);

    @BeforeEach
    void open() {
        store.openAhead(NOON);
    }

    @AfterEach
    void close() {
        tenant.close();
    }

    @Test
    void a_deletion_frees_the_slot_and_notes_the_bytes() {
        store.put(puts(A, B, C), MONTH.from(NOON));
        release(A, B);

        assertThat(store.slots().used()).isOne();
        assertThat(get(store, A.id(), NOON)).isEmpty();
        assertThat(tenant.number(BYTES)).isEqualTo(3);
        assertThat(tenant.number("SELECT leftovers FROM apidrive_view.slots")).isEqualTo(2);
        assertThat(tenant.number(UNEQUAL)).isZero();
    }

    @Test
    void the_bytes_go_a_batch_at_a_time_and_those_of_the_others_stay() {
        store.put(puts(A, B, C), MONTH.from(NOON));
        release(A, B);

        assertThat(leftovers.delete(1)).isOne();
        assertThat(tenant.number(BYTES)).isEqualTo(2);
        assertThat(leftovers.delete(ALL)).isOne();
        assertThat(leftovers.delete(ALL)).isZero();
        assertThat(tenant.number(BYTES)).isOne();
        assertThat(get(store, C.id(), NOON).orElseThrow().chunk().data()).isEqualTo(C.data());
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 3})
    void a_chunk_that_is_stored_again_meanwhile_is_kept_anew_also_in_the_last_slot(int slots) {
        PostgresChunkStore some = new PostgresChunkStore(database, slots, MONTH);
        some.put(puts(A, B, C), MONTH.from(NOON));
        release(A, B);
        tenant.execute("UPDATE apidrive.chunk_data SET data = '\\x00' WHERE id = '" + A.id() + "'");
        assertThat(some.put(puts(A, B), MONTH.from(NOON))).allSatisfy(result -> assertThat(result.refusal()).isEmpty());

        assertThat(leftovers.delete(ALL)).isZero();
        assertThat(get(some, A.id(), NOON).orElseThrow().chunk().data()).isEqualTo(A.data());
        assertThat(get(some, B.id(), NOON)).isPresent();
        assertThat(tenant.number(UNEQUAL)).isZero();
    }

    @Test
    void a_chunk_that_is_stored_again_for_another_day_leaves_no_bytes_in_the_first() {
        store.put(puts(A), MONTH.from(NOON));
        release(A);
        store.openAhead(NOON.plus(Duration.ofDays(3)));
        store.put(puts(A), MONTH.from(NOON.plus(Duration.ofDays(3))));

        assertThat(tenant.number(BYTES)).isOne();
        assertThat(tenant.number(LEFT)).isZero();
        assertThat(get(store, A.id(), NOON)).isPresent();
    }

    @Test
    void a_partition_that_is_dropped_takes_its_bytes_along() {
        store.put(puts(A), MONTH.from(NOON));
        release(A);
        tenant.execute("SELECT apidrive.drop_epoch((SELECT epoch FROM apidrive.leftover))");

        assertThat(leftovers.delete(ALL)).isOne();
        assertThat(tenant.number(LEFT)).isZero();
    }

    @Test
    void where_many_are_left_already_bytes_go_with_the_deletion() {
        store.put(puts(A), MONTH.from(NOON));
        tenant.execute("INSERT INTO apidrive.leftover SELECT gen_random_uuid(), 1 FROM generate_series(1, " + Leftovers.MOST + ")");
        release(A);

        assertThat(tenant.number(BYTES)).isZero();
        assertThat(tenant.number(LEFT)).isEqualTo(Leftovers.MOST);
        assertThat(store.slots().used()).isZero();
    }

    @Test
    @Timeout(60)
    void what_one_job_deletes_another_passes_over() throws Exception {
        store.put(puts(A, B), MONTH.from(NOON));
        release(A, B);
        try (Connection other = tenant.runner().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM apidrive.leftover WHERE id = '" + A.id() + "' FOR UPDATE");
            assertThat(leftovers.delete(ALL)).isOne();
            other.rollback();
        }
        assertThat(tenant.number("SELECT count(*) FROM apidrive.chunk_data WHERE id = '" + A.id() + "'")).isOne();
        assertThat(leftovers.delete(ALL)).isOne();
    }

    @Test
    @Timeout(90)
    void chunks_that_are_stored_and_deleted_while_bytes_go_are_whole_or_not_there() throws Exception {
        List<Chunk> chunks = IntStream.range(0, 24).mapToObj(i -> chunk("x".repeat(i))).toList();
        ExecutorService executor = Executors.newFixedThreadPool(4);
        CyclicBarrier start = new CyclicBarrier(4);
        for (int round = 0; round < 60; round++) {
            Random random = new Random(round);
            List<Chunk> stored = some(chunks, random);
            List<Chunk> others = some(chunks, random);
            List<Chunk> deleted = some(chunks, random);
            Future<?> one = executor.submit(() -> store.put(puts(stored), MONTH.from(after(start))));
            Future<?> other = executor.submit(() -> store.put(puts(others), MONTH.from(after(start))));
            Future<?> release = executor.submit(() -> release(after(start), deleted));
            Future<?> delete = executor.submit(() -> {
                after(start);
                return leftovers.delete(6);
            });
            for (Future<?> future : List.of(one, other, release, delete)) {
                future.get(20, TimeUnit.SECONDS);
            }
            assertThat(tenant.number(UNEQUAL)).as("after round %d", round).isZero();
            List<ChunkId> kept = inventory.held(chunks.stream().map(Chunk::id).toList(), NOON).stream().map(Held::id).toList();
            assertThat(store.get(kept, NOON)).hasSameSizeAs(kept).allSatisfy((id, result) -> assertThat(result.refusal()).isEmpty());
        }
        executor.shutdown();
        assertThat(tenant.number(LEFT)).as("something was left now and then").isPositive();
    }

    private void release(Chunk... chunks) {
        release(NOON, List.of(chunks));
    }

    private Object release(Instant now, List<Chunk> chunks) {
        return inventory.release(inventory.held(chunks.stream().map(Chunk::id).toList(), now));
    }

    private static Instant after(CyclicBarrier start) throws Exception {
        start.await(20, TimeUnit.SECONDS);
        return NOON;
    }

    private static List<Chunk> some(List<Chunk> chunks, Random random) {
        return chunks.stream().filter(chunk -> random.nextInt(3) == 0).toList();
    }
}
