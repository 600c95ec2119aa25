package apidrive.chunk;

import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NO_FREE_SLOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** What every {@link ChunkStore} does; each implementation runs it on an empty store. */
abstract class ChunkStoreContract {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final Lease MONTH = new Lease(Duration.ofDays(30));
    static final int SLOTS = 2_000;

    private ChunkStore chunks;

    /** An empty store of so many slots that is ready for leases that begin at {@link #NOON} and later. */
    abstract ChunkStore emptyStore(int slots);

    /** Keeps other bytes under the chunk's id, as only a clash of SHA-256 prefixes could. */
    abstract void plantClash(Chunk chunk);

    static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A user's store of each chunk. */
    static List<Put> puts(Chunk... chunks) {
        return puts(List.of(chunks));
    }

    static List<Put> puts(List<Chunk> chunks) {
        return chunks.stream().map(chunk -> Put.ofUser(chunk, 3, List.of())).toList();
    }

    /** One chunk; throws CHUNK_DAMAGED. */
    static Optional<StoredChunk> get(ChunkStore store, ChunkId id, Instant now) {
        return Optional.ofNullable(store.get(List.of(id), now).get(id)).map(result -> result.orThrow(id));
    }

    @BeforeEach
    void start() {
        chunks = emptyStore(SLOTS);
    }

    @Test
    void gives_back_the_bytes_it_was_given_until_the_lease_ends() {
        PutResult result = put(chunk("a"), NOON);

        assertThat(result.refusal()).isEmpty();
        assertThat(result.expiresAt()).isEqualTo(NOON.plus(MONTH.lifetime()));
        StoredChunk found = get(chunks, chunk("a").id(), result.expiresAt().minusMillis(1)).orElseThrow();
        assertThat(found.chunk().data()).isEqualTo(chunk("a").data());
        assertThat(found.expiresAt()).isEqualTo(result.expiresAt());
        assertThat(get(chunks, chunk("a").id(), result.expiresAt())).isEmpty();
    }

    @Test
    void keeps_the_smallest_and_the_largest_chunk() {
        byte[] largest = new byte[Chunk.MAX_BYTES];
        new Random(7).nextBytes(largest);
        for (Chunk chunk : List.of(Chunk.of(new byte[0]), Chunk.of(largest))) {
            put(chunk, NOON);
            assertThat(get(chunks, chunk.id(), NOON).orElseThrow().chunk().data()).isEqualTo(chunk.data());
        }
    }

    @Test
    void knows_nothing_of_a_chunk_it_was_never_given() {
        assertThat(get(chunks, chunk("never").id(), NOON)).isEmpty();
        assertThat(chunks.info(chunk("never").id(), NOON)).isEmpty();
        assertThat(chunks.renew(List.of(chunk("never").id()), MONTH.from(NOON), false)).isEmpty();
    }

    @Test
    void gives_back_many_at_once_and_leaves_out_what_it_does_not_know() {
        Instant later = NOON.plus(Duration.ofDays(3));
        put(chunk("today's"), NOON);
        openUntil(later);
        put(chunk("a later epoch's"), later);
        Map<ChunkId, GetResult> found = chunks.get(List.of(chunk("a later epoch's").id(), chunk("never").id(),
                chunk("today's").id()), later);

        assertThat(found).containsOnlyKeys(chunk("today's").id(), chunk("a later epoch's").id());
        found.forEach((id, result) -> assertThat(result.orThrow(id).chunk().id()).isEqualTo(id));
        assertThat(found.get(chunk("today's").id()).stored().expiresAt()).isEqualTo(NOON.plus(MONTH.lifetime()));
    }

    @Test
    void tells_of_a_chunk_without_its_bytes() {
        put(chunk("told"), NOON);
        ChunkInfo info = chunks.info(chunk("told").id(), NOON).orElseThrow();

        assertThat(info).isEqualTo(new ChunkInfo(chunk("told").id(), chunk("told").digest(), 4,
                NOON.plus(MONTH.lifetime())));
    }

    @Test
    void takes_one_slot_for_the_same_bytes_however_often_they_come() {
        chunks.put(puts(chunk("same"), chunk("other"), chunk("same")), MONTH.from(NOON));
        put(chunk("same"), NOON.plusSeconds(1));

        assertThat(chunks.slots()).isEqualTo(new Slots(SLOTS, 2));
    }

    @Test
    void answers_in_the_order_asked() {
        put(chunk("old"), NOON);
        Instant later = NOON.plus(Duration.ofHours(1));
        List<PutResult> results = chunks.put(puts(chunk("z"), chunk("old"), chunk("a")), MONTH.from(later));

        assertThat(results).extracting(PutResult::expiresAt).containsExactly(later.plus(MONTH.lifetime()),
                NOON.plus(MONTH.lifetime()), later.plus(MONTH.lifetime()));
    }

    @Test
    void renews_at_most_once_a_day() {
        put(chunk("hot"), NOON);
        Instant soon = NOON.plus(Duration.ofHours(23));
        Instant nextDay = NOON.plus(Duration.ofHours(25));

        assertThat(renew("hot", soon)).isEqualTo(NOON.plus(MONTH.lifetime()));
        assertThat(renew("hot", nextDay)).isEqualTo(nextDay.plus(MONTH.lifetime()));
        assertThat(get(chunks, chunk("hot").id(), NOON.plus(MONTH.lifetime()))).isPresent();
    }

    @Test
    void does_not_renew_a_lease_that_has_run_out() {
        put(chunk("gone"), NOON);

        assertThat(chunks.renew(List.of(chunk("gone").id()), MONTH.from(NOON.plus(MONTH.lifetime())), false)).isEmpty();
    }

    @Test
    void renews_a_chunk_that_is_stored_again_even_when_its_lease_has_run_out() {
        put(chunk("again"), NOON);
        Instant later = NOON.plus(MONTH.lifetime()).plusSeconds(1);
        openUntil(later);
        PutResult result = put(chunk("again"), later);

        assertThat(result.expiresAt()).isEqualTo(later.plus(MONTH.lifetime()));
        assertThat(get(chunks, chunk("again").id(), later).orElseThrow().chunk().data()).isEqualTo(chunk("again").data());
        assertThat(chunks.slots().used()).isEqualTo(1);
    }

    @Test
    void refuses_other_bytes_under_a_taken_id_and_keeps_its_neighbours() {
        plantClash(chunk("mine"));
        List<PutResult> results = chunks.put(puts(chunk("before"), chunk("mine"), chunk("after")), MONTH.from(NOON));

        assertThat(results).extracting(result -> result.refusal().orElse(null)).containsExactly(null, ID_TAKEN, null);
    }

    @Test
    void refuses_what_no_slot_is_left_for_and_still_renews_what_it_keeps() {
        chunks = emptyStore(2);
        chunks.put(puts(chunk("1"), chunk("2")), MONTH.from(NOON));
        List<PutResult> results = chunks.put(puts(chunk("3"), chunk("1")), MONTH.from(NOON.plus(Duration.ofDays(2))));

        assertThat(results.get(0).refusal()).contains(NO_FREE_SLOT);
        assertThat(results.get(1).expiresAt()).isEqualTo(NOON.plus(Duration.ofDays(32)));
        assertThat(chunks.slots()).isEqualTo(new Slots(2, 2));
        assertThat(get(chunks, chunk("3").id(), NOON)).isEmpty();
    }

    @Test
    void frees_the_slot_of_a_chunk_whose_lease_ran_out_and_leaves_the_other() {
        put(chunk("old"), NOON);
        openUntil(NOON.plus(Duration.ofDays(3)));
        put(chunk("young"), NOON.plus(Duration.ofDays(3)));
        sweepAll(NOON.plus(Duration.ofDays(31)));

        assertThat(chunks.slots().used()).isEqualTo(1);
        assertThat(get(chunks, chunk("young").id(), NOON.plus(Duration.ofDays(31)))).isPresent();
        assertThat(get(chunks, chunk("old").id(), NOON)).isEmpty();
    }

    private PutResult put(Chunk chunk, Instant now) {
        return chunks.put(puts(chunk), MONTH.from(now)).get(0);
    }

    private Instant renew(String text, Instant now) {
        Map<ChunkId, Instant> renewed = chunks.renew(List.of(chunk(text).id()), MONTH.from(now), true);
        return renewed.get(chunk(text).id());
    }

    @Test
    void chunks_whose_time_is_over_are_due_until_they_are_swept() {
        put(chunk("old"), NOON);
        Instant later = NOON.plus(Duration.ofDays(40));
        openUntil(later);
        assertThat(chunks.due(NOON)).isZero();
        assertThat(chunks.due(later)).isEqualTo(1);
        sweepAll(later);
        assertThat(chunks.due(later)).isZero();
    }

    private void sweepAll(Instant now) {
        while (chunks.sweep(now)) {
            assertThat(chunks.slots().used()).isNotNegative();
        }
    }

    /** Stores that need partitions make them for leases that begin then. */
    void openUntil(Instant now) {
        assertThat(now).isAfter(NOON);
    }
}
