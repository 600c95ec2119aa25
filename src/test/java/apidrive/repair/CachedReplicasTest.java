package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestDatabase;
import apidrive.chunk.StoredChunk;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

class CachedReplicasTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LEASE = NOON.plus(Duration.ofDays(30));
    private static final Instant END = NOON.plus(Duration.ofDays(1));

    private final TestDatabase database = TestDatabase.migrated();
    private Instant now = NOON;

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void give_back_what_was_put_for_a_day_of_a_month_so_that_its_lease_is_renewed_where_it_is_kept() {
        CachedReplicas cached = cached(10);
        cached.offer(stored("a"));
        cached.offer(stored(""));
        Map<ChunkId, StoredChunk> found = cached.get(List.of(id("a"), id("never"), id("")), END.minusSeconds(1));

        assertThat(found).containsOnlyKeys(id("a"), id(""));
        assertThat(found.get(id("a")).chunk().data()).isEqualTo(chunk("a").data());
        assertThat(found.get(id("a")).copies()).isEqualTo(4);
        assertThat(found.get(id("a")).expiresAt()).isEqualTo(END);
        assertThat(cached.get(List.of(id("a")), END)).isEmpty();
    }

    @Test
    void what_is_put_again_takes_one_row_and_lasts_as_long_as_what_was_put_last() {
        CachedReplicas cached = cached(10);
        cached.offer(stored("a"));
        cached.offer(new StoredChunk(chunk("a"), 5, LEASE.plusSeconds(30)));

        assertThat(cached.get(List.of(id("a")), END).get(id("a")).copies()).isEqualTo(5);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void those_read_longest_ago_are_evicted_beyond_the_budget() {
        CachedReplicas cached = cached(4);
        for (int i = 0; i < 8; i++) {
            now = NOON.plusSeconds(i);
            cached.offer(stored("chunk " + i));
        }
        cached.get(List.of(id("chunk 1"), id("chunk 3")), NOON.plusSeconds(20));
        stepAll(cached, NOON.plusSeconds(21));

        assertThat(cached.get(IntStream.range(0, 8).mapToObj(i -> id("chunk " + i)).toList(), NOON.plusSeconds(22)))
                .containsOnlyKeys(id("chunk 1"), id("chunk 3"), id("chunk 6"), id("chunk 7"));
        assertThat(rows()).isEqualTo(4);
    }

    @Test
    void the_budget_holds_in_a_node_started_anew_and_while_eviction_lags() {
        CachedReplicas cached = cached(100);
        for (int i = 0; i < 500; i++) {
            cached.offer(stored("chunk " + i));
        }
        assertThat(rows()).isEqualTo(100 + CachedReplicas.BATCH);
        cached(100).offer(stored("one more"));
        assertThat(rows()).isEqualTo(100 + CachedReplicas.BATCH);
        stepAll(cached(100), NOON);
        assertThat(rows()).isEqualTo(100);
        stepAll(cached(0), NOON);
        assertThat(rows()).isZero();
    }

    @Test
    void with_no_budget_nothing_is_kept() {
        CachedReplicas none = cached(0);
        none.offer(stored("a"));

        assertThat(none.get(List.of(id("a")), NOON)).isEmpty();
        assertThat(rows()).isZero();
    }

    @Test
    void what_has_run_out_goes_within_the_budget_too() {
        CachedReplicas cached = cached(10);
        cached.offer(stored("a"));
        stepAll(cached, END.minusSeconds(1));
        assertThat(rows()).isEqualTo(1);
        stepAll(cached, END);
        assertThat(rows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"data = set_byte(data, 0, 0)", "data = ''", "data = data || '\\x00'", "digest = sha256('')",
        "digest = ''", "data = convert_to(repeat('x', 65537), 'UTF8')", "data = 'other', digest = sha256('other')"})
    void bytes_that_do_not_match_are_dropped_and_those_beside_them_served(String damage) {
        CachedReplicas cached = cached(10);
        cached.offer(stored("hurt"));
        cached.offer(stored("sound"));
        database.execute("UPDATE apidrive.cached_chunk SET " + damage + " WHERE id = '" + id("hurt") + "'");

        assertThat(cached.get(List.of(id("hurt"), id("sound")), NOON)).containsOnlyKeys(id("sound"));
        assertThat(rows()).isEqualTo(1);
        cached.offer(stored("hurt"));
        assertThat(cached.get(List.of(id("hurt")), NOON)).containsOnlyKeys(id("hurt"));
    }

    @Test
    void what_was_removed_is_not_given_back() {
        CachedReplicas cached = cached(10);
        cached.offer(stored("a"));
        cached.offer(stored("b"));
        cached.remove(id("a"));
        cached.remove(id("never"));

        assertThat(cached.get(List.of(id("a"), id("b")), NOON)).containsOnlyKeys(id("b"));
    }

    @Test
    void a_database_that_takes_nothing_is_no_failure_of_who_reads() {
        CachedReplicas cached = cached(10);
        database.execute("REVOKE INSERT ON apidrive.cached_chunk FROM " + TestDatabase.RUNNER);
        cached.offer(stored("a"));

        assertThat(cached.get(List.of(id("a")), NOON)).isEmpty();
    }

    @Test
    void cost_no_wal() {
        CachedReplicas cached = cached(1_000);
        cached.offer(stored("first"));
        long before = database.number("SELECT pg_current_wal_insert_lsn() - '0/0'");
        for (int i = 0; i < 50; i++) {
            cached.offer(new StoredChunk(Chunk.of(("chunk " + i).repeat(6_000).getBytes(StandardCharsets.UTF_8)), 3, LEASE));
        }

        assertThat(rows()).isEqualTo(51);
        assertThat(database.number("SELECT pg_current_wal_insert_lsn() - '0/0'") - before).isLessThan(50 * 10_000);
    }

    private CachedReplicas cached(int budget) {
        return new CachedReplicas(new Database(database.runner()), () -> now, budget);
    }

    private static void stepAll(CachedReplicas cached, Instant now) {
        for (int steps = 0; cached.step(now).isZero(); steps++) {
            assertThat(steps).as("eviction comes to an end").isLessThan(100);
        }
    }

    private long rows() {
        return database.number("SELECT count(*) FROM apidrive.cached_chunk");
    }

    private static StoredChunk stored(String text) {
        return new StoredChunk(chunk(text), 4, LEASE);
    }

    private static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ChunkId id(String text) {
        return chunk(text).id();
    }
}
