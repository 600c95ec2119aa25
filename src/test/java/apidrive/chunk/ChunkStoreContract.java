package apidrive.chunk;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NO_FREE_SLOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.repair.HealQueue;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** What every {@link ChunkStore} does; each implementation runs it on an empty store. */
abstract class ChunkStoreContract {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final Lease MONTH = new Lease(Duration.ofDays(30));
    static final int SLOTS = 2_000;
    /** So few that nobody may add beside others. */
    private static final int FEW = 20;
    private static final NodeId NEAR = new NodeId(new UUID(1, 1));
    private static final NodeId FAR = new NodeId(new UUID(2, 2));

    private ChunkStore chunks;

    /** An empty store of so many slots that is ready for leases that begin at {@link #NOON} and later. */
    abstract ChunkStore emptyStore(int slots);

    /** What that store owes to other nodes. */
    abstract HealQueue heals();

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
        Instant later = NOON.plusSeconds(30);
        List<PutResult> results = chunks.put(puts(chunk("z"), chunk("old"), chunk("a")), MONTH.from(later));

        assertThat(results).extracting(PutResult::expiresAt).containsExactly(later.plus(MONTH.lifetime()),
                NOON.plus(MONTH.lifetime()), later.plus(MONTH.lifetime()));
    }

    @Test
    void a_user_who_stores_again_begins_the_lease_anew_after_a_minute() {
        put(chunk("again"), NOON);
        Instant atOnce = NOON.plusSeconds(60);
        Instant later = NOON.plusSeconds(61);

        assertThat(put(chunk("again"), atOnce).expiresAt()).isEqualTo(NOON.plus(MONTH.lifetime()));
        assertThat(put(chunk("again"), later).expiresAt()).isEqualTo(later.plus(MONTH.lifetime()));
        assertThat(get(chunks, chunk("again").id(), later).orElseThrow().expiresAt()).isEqualTo(later.plus(MONTH.lifetime()));
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

    @ParameterizedTest(name = "of {0} slots")
    @ValueSource(ints = {FEW, SLOTS})
    void a_peers_copy_has_its_own_lease_and_copies_and_no_longer_lease_than_a_users(int slots) {
        chunks = emptyStore(slots);
        Instant end = NOON.plus(Duration.ofDays(11));
        List<PutResult> results = chunks.put(List.of(Put.ofPeer(chunk("own"), 5, end),
                Put.ofPeer(chunk("too long"), 1, NOON.plus(Duration.ofDays(900)))), MONTH.from(NOON));

        assertThat(results).containsExactly(PutResult.kept(end), PutResult.kept(NOON.plus(MONTH.lifetime())));
        StoredChunk own = get(chunks, chunk("own").id(), end.minusMillis(1)).orElseThrow();
        assertThat(own.copies()).isEqualTo(5);
        assertThat(own.expiresAt()).isEqualTo(end);
        assertThat(own.chunk().data()).isEqualTo(chunk("own").data());
        assertThat(get(chunks, chunk("own").id(), end)).isEmpty();
        assertThat(get(chunks, chunk("too long").id(), NOON).orElseThrow().copies()).isEqualTo(1);
    }

    @Test
    void a_peers_copy_that_has_run_out_is_no_chunk_any_more() {
        List<PutResult> results = chunks.put(List.of(Put.ofPeer(chunk("over"), 3, NOON),
                Put.ofPeer(chunk("alive"), 3, NOON.plusSeconds(1))), MONTH.from(NOON));

        assertThat(results.get(0).refusal()).contains(CHUNK_NOT_FOUND);
        assertThat(results.get(1).refusal()).isEmpty();
        assertThat(chunks.put(List.of(Put.ofPeer(chunk("over"), 3, Instant.EPOCH)), MONTH.from(NOON)).get(0).refusal())
                .contains(CHUNK_NOT_FOUND);
        assertThat(chunks.slots().used()).isEqualTo(1);
    }

    @ParameterizedTest(name = "of {0} slots")
    @ValueSource(ints = {FEW, SLOTS})
    void a_peers_copy_of_what_is_kept_moves_its_lease_to_the_later_end_and_its_copies_to_the_greater(int slots) {
        chunks = emptyStore(slots);
        Instant middle = NOON.plus(Duration.ofDays(10));
        chunks.put(List.of(Put.ofPeer(chunk("a"), 3, middle), Put.ofPeer(chunk("b"), 3, middle)), MONTH.from(NOON));
        List<PutResult> results = chunks.put(List.of(Put.ofPeer(chunk("a"), 2, middle.plusSeconds(1)),
                Put.ofPeer(chunk("b"), 4, middle.minusSeconds(1))), MONTH.from(NOON));

        assertThat(results).containsExactly(PutResult.kept(middle.plusSeconds(1)), PutResult.kept(middle));
        assertThat(get(chunks, chunk("a").id(), NOON).orElseThrow().copies()).isEqualTo(3);
        assertThat(get(chunks, chunk("b").id(), NOON).orElseThrow().copies()).isEqualTo(4);
        assertThat(get(chunks, chunk("a").id(), NOON).orElseThrow().expiresAt()).isEqualTo(middle.plusSeconds(1));
        assertThat(chunks.slots().used()).isEqualTo(2);
    }

    @Test
    void a_user_raises_the_copies_of_what_is_kept_and_never_lowers_them() {
        chunks.put(List.of(Put.ofUser(chunk("a"), 3, List.of())), MONTH.from(NOON));
        PutResult raised = chunks.put(List.of(Put.ofUser(chunk("a"), 5, List.of())), MONTH.from(NOON.plusSeconds(1))).get(0);
        chunks.put(List.of(Put.ofUser(chunk("a"), 1, List.of())), MONTH.from(NOON.plusSeconds(2)));

        assertThat(get(chunks, chunk("a").id(), NOON).orElseThrow().copies()).isEqualTo(5);
        assertThat(raised.expiresAt()).as("within a minute the lease stays").isEqualTo(NOON.plus(MONTH.lifetime()));
        assertThat(get(chunks, chunk("a").id(), NOON).orElseThrow().expiresAt()).isEqualTo(raised.expiresAt());
    }

    @ParameterizedTest(name = "of {0} slots")
    @ValueSource(ints = {FEW, SLOTS})
    void one_call_brings_users_and_peers_chunks_of_several_epochs_new_and_known(int slots) {
        chunks = emptyStore(slots);
        put(chunk("known"), NOON);
        List<Put> mixed = new ArrayList<>(puts(chunk("a user's"), chunk("known"), chunk("both's")));
        for (int day = 1; day <= 6; day++) {
            mixed.add(Put.ofPeer(chunk("day " + day), 2, NOON.plus(Duration.ofDays(4 * day))));
        }
        mixed.add(Put.ofPeer(chunk("both's"), 7, NOON.plus(Duration.ofDays(2))));
        List<PutResult> results = chunks.put(mixed, MONTH.from(NOON));

        assertThat(results).extracting(PutResult::refusal).allMatch(Optional::isEmpty);
        for (int i = 0; i < mixed.size(); i++) {
            StoredChunk found = get(chunks, mixed.get(i).chunk().id(), NOON).orElseThrow();
            assertThat(found.chunk().data()).isEqualTo(mixed.get(i).chunk().data());
            assertThat(found.expiresAt()).isEqualTo(results.get(i).expiresAt());
        }
        assertThat(results.get(2)).isEqualTo(results.get(9)).isEqualTo(PutResult.kept(NOON.plus(MONTH.lifetime())));
        assertThat(get(chunks, chunk("both's").id(), NOON).orElseThrow().copies()).isEqualTo(7);
        assertThat(chunks.slots().used()).isEqualTo(9);
    }

    @ParameterizedTest(name = "of {0} slots")
    @ValueSource(ints = {FEW, SLOTS})
    void what_is_owed_is_noted_with_the_chunk_new_or_known_once_and_left_for_a_while_to_who_stored_it(int slots) {
        chunks = emptyStore(slots);
        put(chunk("known"), NOON);
        for (int i = 0; i < 2; i++) {
            chunks.put(List.of(Put.ofUser(chunk("new"), 3, List.of(NEAR, FAR)), Put.ofUser(chunk("known"), 3, List.of(FAR)),
                    Put.ofUser(chunk("nothing"), 1, List.of())), MONTH.from(NOON));
        }
        Instant due = NOON.plus(Put.OWED_AFTER);

        assertThat(heals().take(due.minusMillis(1), 10, Put.OWED_AFTER)).isEmpty();
        assertThat(heals().take(due, 10, Put.OWED_AFTER)).extracting(HealQueue.Task::need).containsExactlyInAnyOrder(
                new HealQueue.Need(chunk("new").id(), NEAR, Set.of()), new HealQueue.Need(chunk("new").id(), FAR, Set.of()),
                new HealQueue.Need(chunk("known").id(), FAR, Set.of()));
    }

    @ParameterizedTest(name = "of {0} slots")
    @ValueSource(ints = {0, SLOTS})
    void nothing_is_owed_of_what_is_refused(int slots) {
        chunks = emptyStore(slots);
        plantClash(chunk("mine"));
        List<PutResult> results = chunks.put(List.of(Put.ofUser(chunk("mine"), 3, List.of(NEAR)),
                Put.ofUser(chunk("another"), 3, List.of(FAR))), MONTH.from(NOON));

        assertThat(results.get(0).refusal()).contains(ID_TAKEN);
        assertThat(results.get(1).refusal()).isEqualTo(slots == 0 ? Optional.of(NO_FREE_SLOT) : Optional.empty());
        assertThat(heals().backlog(NOON).needs()).isEqualTo(slots == 0 ? 0 : 1);
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
