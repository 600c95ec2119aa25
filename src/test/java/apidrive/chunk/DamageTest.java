package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static apidrive.chunk.ChunkStoreContract.puts;
import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import apidrive.TestDatabase;
import apidrive.problem.ProblemException;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What PostgreSQL gives back other than it was given is never served. */
class DamageTest {
    private static final Chunk HURT = chunk("hurt");
    private static final Chunk SOUND = chunk("sound");
    /** A day and more after both were stored, when the epoch of new leases is another. */
    private static final Instant LATER = NOON.plus(Duration.ofDays(2));

    /** What may become of the rows of a chunk. */
    enum Damage {
        FLIPPED_BYTE("UPDATE apidrive.chunk_data SET data = set_byte(data, 1, get_byte(data, 1) # 1) WHERE id = '%s'"),
        TRUNCATED_BYTES("UPDATE apidrive.chunk_data SET data = substring(data FROM 1 FOR 2) WHERE id = '%s'"),
        ADDED_BYTE("UPDATE apidrive.chunk_data SET data = data || '\\x00' WHERE id = '%s'"),
        NO_BYTES("UPDATE apidrive.chunk_data SET data = '' WHERE id = '%s'"),
        TOO_MANY_BYTES("UPDATE apidrive.chunk_data SET data = convert_to(repeat('x', 65537), 'UTF8') WHERE id = '%s'"),
        MISSING_BYTES("DELETE FROM apidrive.chunk_data WHERE id = '%s'"),
        FLIPPED_DIGEST("UPDATE apidrive.chunk SET digest = set_byte(digest, 31, get_byte(digest, 31) # 1) WHERE id = '%s'"),
        WRONG_SIZE("UPDATE apidrive.chunk SET size = size + 1 WHERE id = '%s'"),
        WRONG_EPOCH("UPDATE apidrive.chunk SET epoch = (SELECT min(epoch) FROM apidrive.chunk_epoch) WHERE id = '%s'");

        private final String sql;

        Damage(String sql) {
            this.sql = sql;
        }
    }

    private TestDatabase database;
    private PostgresChunkStore store;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
        store = new PostgresChunkStore(new Database(database.runner()), 10, MONTH);
        store.openAhead(NOON);
        store.openAhead(LATER);
        store.put(puts(HURT, SOUND), MONTH.from(NOON));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void is_never_served_and_repaired_by_storing_the_chunk_again(Damage damage) {
        database.execute(damage.sql.formatted(HURT.id()));
        assertNeverServedUntilStoredAgain();
    }

    @ParameterizedTest
    @EnumSource
    void is_repaired_by_a_peers_copy_which_shortens_no_lease(Damage damage) {
        database.execute(damage.sql.formatted(HURT.id()));
        assertDamaged(() -> get(store, HURT.id(), LATER));
        PutResult repaired = store.put(List.of(Put.ofPeer(HURT, 5, LATER.plusSeconds(60)),
                Put.ofPeer(SOUND, 3, LATER.plusSeconds(60))), MONTH.from(LATER)).get(0);

        assertThat(repaired).isEqualTo(PutResult.kept(NOON.plus(MONTH.lifetime())));
        StoredChunk found = get(store, HURT.id(), LATER).orElseThrow();
        assertThat(found.chunk().data()).isEqualTo(HURT.data());
        assertThat(found.copies()).isEqualTo(5);
        assertThat(found.expiresAt()).isEqualTo(repaired.expiresAt());
    }

    @Test
    void a_partition_that_somebody_dropped_is_damage_to_its_chunks_alone() {
        store.put(puts(chunk("elsewhere")), MONTH.from(LATER));
        long epoch = database.number("SELECT epoch FROM apidrive.chunk WHERE id = '" + HURT.id() + "'");
        database.execute("DROP TABLE apidrive.chunk_data_" + epoch);

        assertThat(get(store, chunk("elsewhere").id(), LATER)).isPresent();
        store.put(puts(SOUND), MONTH.from(LATER));
        assertDamaged(() -> get(store, SOUND.id(), LATER));
        store.put(puts(SOUND), MONTH.from(LATER));
        assertNeverServedUntilStoredAgain();
    }

    @Test
    void of_a_chunk_that_the_cache_holds_is_hidden_by_it_and_counted_when_it_shows() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        try (ChunkService service = new ChunkService(store, new PostgresInventory(new Database(database.runner())), () -> NOON, MONTH,
                new ChunkService.Bounds(1, 64, Duration.ofSeconds(5), 1, 1, 64, 1_000_000), metrics)) {
            service.retrieve(SOUND.id());
            database.execute("UPDATE apidrive.chunk_data SET data = '\\x00'");

            assertThat(service.retrieve(SOUND.id()).chunk().data()).isEqualTo(SOUND.data());
            assertDamaged(() -> service.retrieve(HURT.id()));
            assertThat(metrics.get("apidrive.chunks.damaged").counter().count()).isEqualTo(1);
        }
    }

    @Test
    void of_one_chunk_is_no_harm_to_those_read_with_it() {
        database.execute(Damage.FLIPPED_BYTE.sql.formatted(HURT.id()));
        Map<ChunkId, GetResult> results = store.get(List.of(HURT.id(), SOUND.id()), LATER);

        assertThat(results.get(HURT.id()).refusal()).contains(CHUNK_DAMAGED);
        assertThat(results.get(SOUND.id()).stored().chunk().data()).isEqualTo(SOUND.data());
    }

    @Test
    void is_not_told_as_kept_when_leases_are_renewed() {
        database.execute("UPDATE apidrive.chunk_data SET data = '\\x00' WHERE id = '" + HURT.id() + "'");
        assertDamaged(() -> get(store, HURT.id(), NOON));

        assertThat(store.renew(List.of(HURT.id(), SOUND.id()), MONTH.from(LATER), false)).containsOnlyKeys(SOUND.id());
    }

    private void assertNeverServedUntilStoredAgain() {
        assertDamaged(() -> get(store, HURT.id(), LATER));
        assertDamaged(() -> get(store, HURT.id(), LATER));
        assertDamaged(() -> store.info(HURT.id(), LATER));
        assertThat(database.number("SELECT count(*) FROM apidrive.chunk WHERE damaged_at IS NOT NULL")).isEqualTo(1);
        assertThat(get(store, SOUND.id(), LATER).orElseThrow().chunk().data()).isEqualTo(SOUND.data());

        PutResult repaired = store.put(puts(HURT), MONTH.from(LATER)).get(0);
        assertThat(repaired.refusal()).isEmpty();
        assertThat(get(store, HURT.id(), LATER).orElseThrow().chunk().data()).isEqualTo(HURT.data());
        assertThat(store.info(HURT.id(), LATER)).contains(
                new ChunkInfo(HURT.id(), HURT.digest(), HURT.size(), repaired.expiresAt()));
        assertThat(database.number("SELECT count(*) FROM apidrive.chunk WHERE damaged_at IS NOT NULL")).isZero();
        assertThat(database.number("SELECT sum(used) FROM apidrive.slot_shard"))
                .isEqualTo(database.number("SELECT count(*) FROM apidrive.chunk"));
    }

    private static void assertDamaged(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isEqualTo(CHUNK_DAMAGED));
    }
}
