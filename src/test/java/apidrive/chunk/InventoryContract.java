package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static apidrive.chunk.ChunkStoreContract.puts;
import static apidrive.problem.Problem.CHUNK_DELETED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** What every {@link Inventory} does; each implementation runs it on an empty store. */
abstract class InventoryContract {
    private static final Instant END = NOON.plus(MONTH.lifetime());
    /** Until when a tombstone lasts of what is deleted at {@link ChunkStoreContract#NOON}. */
    private static final Instant LONG = END.plus(MONTH.lifetime());
    private static final Instant SETTLED = NOON.plusSeconds(1);
    private static final List<IdPrefix> ALL = List.of(IdPrefix.ALL);
    private static final ChunkId FIRST = new ChunkId(IdPrefix.ALL.first());
    private static final List<ChunkId> IDS = IntStream.range(0, 500).mapToObj(i -> chunk("chunk " + i).id()).sorted().toList();

    private ChunkStore chunks;
    private Inventory inventory;

    /** An empty store that is ready for leases that begin at {@link ChunkStoreContract#NOON}. */
    abstract ChunkStore emptyStore();

    /** What that store keeps. */
    abstract Inventory inventory();

    @BeforeEach
    void start() {
        chunks = emptyStore();
        inventory = inventory();
    }

    @Test
    void lists_what_is_kept_page_by_page_in_the_order_of_ids() {
        putAll();
        List<Held> first = inventory.list(ALL, FIRST, 300, NOON);
        List<Held> second = inventory.list(ALL, first.get(299).id(), 300, NOON);

        assertThat(first).extracting(Held::id).isEqualTo(IDS.subList(0, 300));
        assertThat(second).extracting(Held::id).isEqualTo(IDS.subList(300, 500));
        assertThat(first.get(0)).isEqualTo(new Held(IDS.get(0), 3, END));
        assertThat(inventory.list(ALL, IDS.get(499), 300, NOON)).isEmpty();
    }

    @Test
    void lists_within_the_parts_asked_for_whether_they_adjoin_or_not() {
        putAll();
        List<IdPrefix> some = prefixes(6, 3, 17, 4, 63, 0, 40);
        List<ChunkId> expected = IDS.stream().filter(id -> some.contains(IdPrefix.of(id, 6))).toList();
        assertThat(expected).hasSizeGreaterThan(20);

        assertThat(inventory.list(some, FIRST, 1_000, NOON)).extracting(Held::id).isEqualTo(expected);
        assertThat(inventory.list(some, expected.get(9), 5, NOON)).extracting(Held::id).isEqualTo(expected.subList(10, 15));
        assertThat(inventory.list(List.of(), FIRST, 5, NOON)).isEmpty();
    }

    @Test
    void tells_of_what_has_run_out_no_more() {
        putAll();

        assertThat(inventory.list(ALL, FIRST, 10, END.minusSeconds(1))).hasSize(10);
        assertThat(inventory.list(ALL, FIRST, 10, END)).isEmpty();
        assertThat(inventory.held(IDS, END)).isEmpty();
        assertThat(inventory.summaries(ALL, 0, END, END)).isEmpty();
    }

    @Test
    void tells_which_of_some_ids_are_kept() {
        put("kept", 5);

        assertThat(inventory.held(List.of(chunk("never").id(), chunk("kept").id()), NOON))
                .containsExactly(new Held(chunk("kept").id(), 5, END));
    }

    @Test
    void sums_up_every_part_by_itself_and_by_the_copies_that_are_wanted() {
        putAll();
        put("two copies", 2);
        List<Summary> sums = inventory.summaries(ALL, 4, NOON, SETTLED);

        assertThat(sums).isSortedAccordingTo(Comparator.comparing(Summary::prefix).thenComparing(Summary::copies));
        assertThat(sums).filteredOn(sum -> sum.copies() == 2).extracting(Summary::prefix, Summary::count)
                .containsExactly(tuple(IdPrefix.of(chunk("two copies").id(), 4), 1L));
        for (IdPrefix part : prefixes(4, LongStream.range(0, 16).toArray())) {
            assertThat(sums).filteredOn(sum -> sum.copies() == 3 && sum.prefix().equals(part)).extracting(Summary::count)
                    .containsExactly(IDS.stream().filter(part::contains).count());
        }
        assertThat(inventory.summaries(ALL, 0, NOON, SETTLED)).filteredOn(sum -> sum.copies() == 3)
                .extracting(Summary::sum).containsExactly(sums.stream().filter(sum -> sum.copies() == 3)
                        .mapToLong(Summary::sum).reduce(0, (one, other) -> one ^ other));
    }

    @Test
    void sums_of_few_parts_are_those_that_they_have_among_many_at_any_depth() {
        putAll();
        for (int bits : List.of(6, 8, 9, 16, 17, 24, 48)) {
            List<Summary> all = inventory.summaries(ALL, bits, NOON, SETTLED);
            for (List<IdPrefix> some : List.of(prefixes(6, 5), prefixes(6, 5, 6, 60), prefixes(6, LongStream.range(9, 50).toArray()))) {
                assertThat(inventory.summaries(some, bits, NOON, SETTLED)).as("%s bits of %s", bits, some).isNotEmpty()
                        .isEqualTo(all.stream().filter(sum -> some.contains(new IdPrefix(6, sum.prefix().value() >> bits - 6)))
                                .toList());
            }
            assertThat(all.stream().mapToLong(Summary::count).sum()).isEqualTo(500);
            all.forEach(sum -> assertThat(IDS).anyMatch(sum.prefix()::contains));
        }
        assertThat(inventory.summaries(List.of(), 8, NOON, SETTLED)).isEmpty();
    }

    @Test
    void the_sum_of_a_part_changes_with_each_chunk_and_comes_back_when_it_goes() {
        putAll();
        List<Summary> before = inventory.summaries(ALL, 4, NOON, SETTLED);
        put("one more", 3);
        IdPrefix part = IdPrefix.of(chunk("one more").id(), 4);

        assertThat(inventory.summaries(ALL, 4, NOON, SETTLED)).filteredOn(sum -> !before.contains(sum))
                .extracting(Summary::prefix).containsExactly(part);
        release(List.of(chunk("one more").id()));
        assertThat(inventory.summaries(ALL, 4, NOON, SETTLED)).isEqualTo(before);
    }

    @Test
    void what_was_stored_just_now_is_not_summed_up_yet() {
        put("old", 3);
        chunks.put(puts(chunk("young")), MONTH.from(SETTLED));

        assertThat(inventory.summaries(ALL, 0, SETTLED, SETTLED)).extracting(Summary::count).containsExactly(1L);
        assertThat(inventory.summaries(ALL, 0, SETTLED, SETTLED.plusSeconds(1))).extracting(Summary::count).containsExactly(2L);
        assertThat(inventory.list(ALL, FIRST, 10, SETTLED)).hasSize(2);
    }

    @Test
    void merging_moves_a_lease_to_the_later_end_and_copies_to_the_greater_number() {
        put("shorter", 3);
        put("longer", 3);
        inventory.merge(List.of(new Held(chunk("shorter").id(), 2, END.plusSeconds(1)),
                new Held(chunk("longer").id(), 4, END.minusSeconds(1)), new Held(chunk("unknown").id(), 8, END)), NOON);

        assertThat(inventory.held(List.of(chunk("shorter").id(), chunk("longer").id(), chunk("unknown").id()), NOON))
                .containsExactlyInAnyOrder(new Held(chunk("shorter").id(), 3, END.plusSeconds(1)),
                        new Held(chunk("longer").id(), 4, END));
    }

    @Test
    void merging_brings_nothing_back_that_has_run_out() {
        put("gone", 3);
        inventory.merge(List.of(new Held(chunk("gone").id(), 3, END.plusSeconds(60))), END);

        assertThat(inventory.held(List.of(chunk("gone").id()), END)).isEmpty();
    }

    @Test
    void what_is_released_is_gone_its_slots_are_free_and_a_peer_may_send_it_again() {
        putAll();
        put("kept", 3);

        List<Held> held = inventory.held(IDS, NOON);
        assertThat(inventory.release(held)).isEqualTo(500);
        assertThat(inventory.release(held)).isZero();
        assertThat(chunks.slots().used()).isEqualTo(1);
        assertThat(get(chunks, chunk("kept").id(), NOON)).isPresent();
        assertThat(chunks.put(List.of(Put.ofPeer(chunk("chunk 7"), 3, END)), MONTH.from(NOON)).get(0).refusal()).isEmpty();
        assertThat(get(chunks, chunk("chunk 7").id(), NOON)).isPresent();
    }

    @Test
    void what_was_stored_since_somebody_looked_at_it_is_not_released() {
        put("as it was", 3);
        put("renewed", 3);
        put("wanted more", 3);
        List<Held> looked = inventory.list(ALL, FIRST, 10, NOON);
        chunks.renew(List.of(chunk("renewed").id()), MONTH.from(NOON.plus(MONTH.step()).plusSeconds(1)), false);
        put("wanted more", 4);

        assertThat(inventory.release(looked)).isEqualTo(1);
        assertThat(get(chunks, chunk("as it was").id(), NOON)).isEmpty();
        assertThat(chunks.slots().used()).isEqualTo(2);
    }

    @Test
    void what_is_buried_is_gone_and_no_peer_brings_it_back_with_a_lease_that_began_before() {
        put("kept", 3);
        put("buried", 3);

        assertThat(bury("buried", LONG)).containsExactly(chunk("buried").id());
        assertThat(bury("buried", LONG)).isEmpty();
        assertThat(get(chunks, chunk("buried").id(), NOON)).isEmpty();
        assertThat(get(chunks, chunk("kept").id(), NOON)).isPresent();
        assertThat(chunks.slots().used()).isEqualTo(1);
        assertThat(peers("buried", NOON, END).refusal()).contains(CHUNK_DELETED);
        assertThat(peers("buried", NOON, NOON.plusSeconds(1)).refusal()).contains(CHUNK_DELETED);
        assertThat(peers("buried", NOON.plusSeconds(5), END).refusal()).contains(CHUNK_DELETED);
        assertThat(peers("buried", NOON.plusSeconds(5), END.plusSeconds(1)).refusal()).isEmpty();
        assertThat(get(chunks, chunk("buried").id(), NOON)).isPresent();
    }

    @Test
    void a_user_who_stores_again_what_was_buried_undoes_that_for_peers_too() {
        bury("buried", LONG);
        List<PutResult> results = chunks.put(List.of(Put.ofPeer(chunk("buried"), 3, END), Put.ofUser(chunk("buried"), 3, List.of()),
                Put.ofPeer(chunk("unknown"), 3, END)), MONTH.from(NOON));

        assertThat(results).extracting(PutResult::refusal).allMatch(Optional::isEmpty);
        assertThat(inventory.tombstones(ALL, FIRST, 10, NOON)).isEmpty();
        release(List.of(chunk("buried").id()));
        assertThat(peers("buried", NOON, END).refusal()).isEmpty();
        assertThat(chunks.slots().used()).isEqualTo(2);
    }

    @Test
    void what_a_user_stores_through_a_peer_is_refused_after_a_deletion_until_the_peer_tells_when_the_store_began() {
        inventory.bury(List.of(Tombstone.of(chunk("buried").id(), NOON, MONTH)));
        Lease.Term soon = MONTH.from(NOON.plusSeconds(5));
        NodeId owed = new NodeId(new UUID(1, 1));

        assertThat(chunks.put(List.of(Put.ofFresh(chunk("buried"), 3, List.of()), Put.ofFresh(chunk("other"), 3, List.of())), soon))
                .extracting(PutResult::refusal).containsExactly(Optional.of(CHUNK_DELETED), Optional.empty());
        assertThat(chunks.put(List.of(Put.ofPeer(chunk("buried"), 3, END.minusSeconds(1), List.of(owed))), soon).get(0).refusal())
                .as("it began before the deletion").contains(CHUNK_DELETED);
        assertThat(chunks.put(List.of(Put.ofPeer(chunk("buried"), 3, END.plusSeconds(1), List.of(owed))), soon).get(0).refusal())
                .as("it began after the deletion").isEmpty();
        assertThat(chunks.put(List.of(Put.ofFresh(chunk("buried"), 3, List.of())), soon).get(0).refusal()).isEmpty();
    }

    @Test
    void what_a_user_stores_through_a_peer_is_taken_a_lifetime_after_a_deletion_though_its_tombstone_is_still_there() {
        inventory.bury(List.of(Tombstone.of(chunk("buried").id(), NOON.minus(MONTH.lifetime()).minusSeconds(1), MONTH)));

        assertThat(chunks.put(List.of(Put.ofFresh(chunk("buried"), 3, List.of())), MONTH.from(NOON)).get(0).refusal()).isEmpty();
        assertThat(inventory.tombstones(ALL, FIRST, 10, NOON)).isEmpty();
    }

    @Test
    void of_two_tombstones_the_later_wins() {
        bury("one", NOON.plusSeconds(20));
        inventory.bury(List.of(tombstone("one", NOON.plusSeconds(10)), tombstone("other", NOON.plusSeconds(30)),
                tombstone("other", NOON.plusSeconds(5))));

        assertThat(inventory.tombstones(ALL, FIRST, 10, NOON)).containsExactlyInAnyOrder(
                tombstone("one", NOON.plusSeconds(20)), tombstone("other", NOON.plusSeconds(30)));
    }

    @Test
    void lists_tombstones_in_force_page_by_page_within_parts_and_forgets_the_others() {
        inventory.bury(IDS.stream().map(id -> new Tombstone(id, NOON.plusSeconds(IDS.indexOf(id) + 1))).toList());
        Instant later = NOON.plusSeconds(100);
        List<IdPrefix> some = prefixes(3, 1, 2, 6);
        List<ChunkId> expected = IDS.stream().skip(100).filter(id -> some.contains(IdPrefix.of(id, 3))).toList();

        assertThat(inventory.tombstones(some, FIRST, 1_000, later)).extracting(Tombstone::id).isEqualTo(expected);
        assertThat(inventory.tombstones(some, expected.get(4), 3, later)).extracting(Tombstone::id)
                .isEqualTo(expected.subList(5, 8));
        assertThat(inventory.forgetTombstones(later, 70)).isEqualTo(70);
        assertThat(inventory.forgetTombstones(later, 70)).isEqualTo(30);
        assertThat(inventory.forgetTombstones(later, 70)).isZero();
        assertThat(inventory.tombstones(ALL, FIRST, 1_000, later)).hasSize(400);
    }

    @Test
    void works_on_nothing() {
        inventory.merge(List.of(), NOON);
        inventory.checked(List.of(), NOON);

        assertThat(inventory.release(List.of())).isZero();
        assertThat(inventory.bury(List.of())).isEmpty();
        assertThat(inventory.held(List.of(), NOON)).isEmpty();
    }

    private void putAll() {
        for (int from = 0; from < 500; from += ChunkStore.MAX_PUT) {
            chunks.put(puts(IntStream.range(from, Math.min(500, from + ChunkStore.MAX_PUT))
                    .mapToObj(i -> chunk("chunk " + i)).toArray(Chunk[]::new)), MONTH.from(NOON));
        }
    }

    private void put(String text, int copies) {
        chunks.put(List.of(Put.ofUser(chunk(text), copies, List.of())), MONTH.from(NOON));
    }

    private PutResult peers(String text, Instant now, Instant expiresAt) {
        return chunks.put(List.of(Put.ofPeer(chunk(text), 3, expiresAt)), MONTH.from(now)).get(0);
    }

    private int release(List<ChunkId> ids) {
        return inventory.release(inventory.held(ids, NOON));
    }

    private Set<ChunkId> bury(String text, Instant until) {
        return inventory.bury(List.of(tombstone(text, until)));
    }

    private static Tombstone tombstone(String text, Instant until) {
        return new Tombstone(chunk(text).id(), until);
    }

    private static List<IdPrefix> prefixes(int bits, long... values) {
        return LongStream.of(values).mapToObj(value -> new IdPrefix(bits, value)).toList();
    }
}
