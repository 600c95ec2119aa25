package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static apidrive.chunk.ChunkStoreContract.puts;
import static apidrive.problem.Problem.CHUNK_DELETED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
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

import apidrive.TestDatabase;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** Chunks that holders claim: who holds what, and what goes when one of them ends. */
class ClaimsTest {
    private static final UUID ANN = new UUID(1, 1);
    private static final UUID BOB = new UUID(2, 2);
    private static final Instant END = NOON.plus(MONTH.lifetime());
    private static final Chunk A = chunk("a");
    private static final Chunk B = chunk("b");
    private static final int PAGE = 100;
    private static final String UNEQUAL = """
            SELECT (SELECT abs(sum(used) - (SELECT count(*) FROM apidrive.chunk)) FROM apidrive.slot_shard)
                 + (SELECT abs(sum(bytes) - (SELECT COALESCE(sum(size), 0) FROM apidrive.chunk)) FROM apidrive.slot_shard)
                 + (SELECT count(*) FROM apidrive.lease WHERE NOT EXISTS (SELECT FROM apidrive.chunk WHERE id = lease.chunk))
                 + (SELECT count(*) FROM apidrive.chunk WHERE plain_until IS NULL AND EXISTS (SELECT FROM apidrive.lease WHERE chunk = id))""";

    private final TestDatabase tenant = TestDatabase.opened(NOON);
    private final Database database = new Database(tenant.runner());
    private final PostgresChunkStore store = new PostgresChunkStore(database, 10_000, MONTH);
    private final Inventory inventory = new PostgresInventory(database);
    private final PostgresClaims claims = new PostgresClaims(database);
    private final EndedLeases ended = new PostgresEndedLeases(database);

    @BeforeEach
    void open() {
        store.openAhead(NOON);
    }

    @AfterEach
    void close() {
        tenant.close();
    }

    @Test
    void what_one_holder_claims_goes_at_once_when_he_ends() {
        store.put(List.of(claimed(A, ANN), claimed(B, ANN)), MONTH.from(NOON));

        assertThat(end(ANN)).containsExactlyInAnyOrder(A.id(), B.id());
        assertThat(get(store, A.id(), NOON)).isEmpty();
        assertThat(store.slots().used()).isZero();
        assertThat(new Leftovers(database).delete(PAGE)).isEqualTo(2);
        assertThat(tenant.number("SELECT count(*) FROM apidrive.chunk_data")).isZero();
        assertThat(tenant.number(UNEQUAL)).isZero();
    }

    @Test
    void what_another_claims_as_well_stays_until_he_ends_too() {
        store.put(List.of(claimed(A, ANN)), MONTH.from(NOON));
        store.put(List.of(claimed(A, BOB)), MONTH.from(NOON.plusSeconds(60)));

        assertThat(end(ANN)).isEmpty();
        assertThat(get(store, A.id(), NOON).orElseThrow().expiresAt()).isEqualTo(END.plusSeconds(60));
        assertThat(end(BOB)).containsExactly(A.id());
    }

    @Test
    void two_who_claim_a_chunk_in_one_put_both_hold_it() {
        store.put(List.of(claimed(A, ANN), claimed(A, BOB)), MONTH.from(NOON));

        assertThat(inventory.claims(List.of(A.id()), PAGE, NOON)).containsEntry(A.id(), List.of(new Claim(ANN, END), new Claim(BOB, END)));
    }

    @Test
    void a_plain_lease_goes_on_beside_claims_and_alone_after_them() {
        store.put(puts(A), MONTH.from(NOON));
        store.put(List.of(claimed(A, ANN)), MONTH.from(NOON.plus(Duration.ofDays(2))));
        assertThat(get(store, A.id(), NOON).orElseThrow().slidesTo()).isEqualTo(END);

        assertThat(end(ANN)).isEmpty();
        assertThat(get(store, A.id(), NOON).orElseThrow().expiresAt()).isEqualTo(END);
        assertThat(tenant.number("SELECT count(*) FROM apidrive.chunk WHERE plain_until IS NULL")).isOne();
    }

    @Test
    void a_plain_store_of_what_is_claimed_begins_a_lease_of_its_own() {
        store.put(List.of(claimed(A, ANN)), MONTH.from(NOON));
        store.put(puts(A), MONTH.from(NOON.plusSeconds(1)));

        assertThat(end(ANN)).isEmpty();
        assertThat(get(store, A.id(), NOON)).isPresent();
    }

    @Test
    void a_retrieval_renews_the_plain_lease_and_no_claim() {
        Instant later = NOON.plus(Duration.ofDays(10));
        store.put(List.of(claimed(A, ANN), claimed(B, ANN), Put.ofUser(B, 3, List.of())), MONTH.from(NOON));
        store.renew(List.of(A.id(), B.id()), MONTH.from(later), true);

        assertThat(get(store, A.id(), NOON).orElseThrow().expiresAt()).isEqualTo(END);
        assertThat(get(store, B.id(), NOON).orElseThrow().slidesTo()).isEqualTo(later.plus(MONTH.lifetime()));
        assertThat(end(ANN)).containsExactly(A.id());
    }

    @Test
    void a_lease_that_a_peer_tells_moves_the_plain_one_and_makes_none() {
        store.put(List.of(claimed(A, ANN), claimed(B, ANN), Put.ofUser(B, 3, List.of())), MONTH.from(NOON));
        inventory.merge(List.of(new Held(A.id(), 5, END.plusSeconds(60)), new Held(B.id(), 5, END.plusSeconds(60))), NOON);

        assertThat(inventory.held(List.of(A.id(), B.id()), NOON)).extracting(Held::copies).containsExactly(5, 5);
        assertThat(inventory.held(List.of(B.id()), NOON).get(0).slidesTo()).isEqualTo(END.plusSeconds(60));
        assertThat(end(ANN)).containsExactly(A.id());
    }

    @Test
    void a_holder_that_renews_keeps_all_that_he_claims() {
        List<Put> many = IntStream.range(0, 25).mapToObj(i -> claimed(chunk("many " + i), ANN)).toList();
        store.put(many, MONTH.from(NOON));
        Instant later = END.plus(Duration.ofDays(5));
        ChunkId after = ChunkId.LOWEST;
        int pages = 0;
        for (ChunkId last = after; last != null; pages++) {
            last = claims.renew(ANN, later, last, 10).orElse(null);
        }

        assertThat(pages).isEqualTo(4);
        assertThat(inventory.list(List.of(IdPrefix.ALL), ChunkId.LOWEST, PAGE, NOON)).hasSize(25)
                .allSatisfy(held -> assertThat(held.expiresAt()).isEqualTo(later));
        assertThat(claims.of(List.of(many.get(0).chunk().id()), PAGE, NOON).values()).containsExactly(List.of(new Claim(ANN, later)));
    }

    @Test
    void a_copy_of_a_peer_that_brings_none_but_ended_claims_is_refused() {
        ended.note(List.of(ANN), NOON, false);

        assertThat(store.put(List.of(copy(A, ANN)), MONTH.from(NOON)).get(0).refusal()).contains(CHUNK_DELETED);
        assertThat(store.put(List.of(claimed(A, ANN)), MONTH.from(NOON)).get(0).refusal()).contains(CHUNK_DELETED);
        assertThat(store.put(List.of(copy(A, ANN, BOB)), MONTH.from(NOON)).get(0).refusal()).isEmpty();
        assertThat(inventory.claims(List.of(A.id()), PAGE, NOON)).containsEntry(A.id(), List.of(new Claim(BOB, END)));
        assertThat(end(BOB)).containsExactly(A.id());
    }

    @Test
    void a_copy_that_comes_without_claims_is_a_plain_lease() {
        store.put(List.of(claimed(A, ANN)), MONTH.from(NOON));
        store.put(List.of(Put.ofPeer(A, 3, END.minusSeconds(60))), MONTH.from(NOON));

        assertThat(end(ANN)).isEmpty();
        assertThat(get(store, A.id(), NOON).orElseThrow().expiresAt()).isEqualTo(END.minusSeconds(60));
    }

    @Test
    void claims_that_are_told_are_added_but_for_those_of_holders_that_have_ended_or_of_chunks_that_are_not_kept() {
        store.put(puts(A), MONTH.from(NOON));
        ended.note(List.of(BOB), NOON, false);
        List<Claim> told = List.of(new Claim(ANN, END.plusSeconds(5)), new Claim(BOB, END), new Claim(Claim.PLAIN, END.plusSeconds(9)));
        inventory.claim(Map.of(A.id(), told, B.id(), told), NOON);

        assertThat(inventory.claims(List.of(A.id(), B.id()), PAGE, NOON)).containsOnlyKeys(A.id())
                .containsEntry(A.id(), List.of(new Claim(Claim.PLAIN, END), new Claim(ANN, END.plusSeconds(5))));
        assertThat(inventory.held(List.of(A.id()), NOON).get(0).claims()).isEqualTo(tenant.number(
                "SELECT uuid_hash_extended('" + ANN + "', 0)"));
    }

    @Test
    void claims_go_with_their_chunk_when_it_is_buried_released_or_swept() {
        Chunk c = chunk("c");
        store.put(List.of(claimed(A, ANN), claimed(B, ANN), claimed(c, ANN)), MONTH.from(NOON));
        inventory.bury(List.of(Tombstone.of(A.id(), NOON, 1, MONTH)));
        inventory.release(inventory.held(List.of(B.id()), NOON));
        assertThat(tenant.number("SELECT count(*) FROM apidrive.lease")).isOne();
        while (store.sweep(END.plus(Duration.ofDays(3)))) {
            assertThat(tenant.number(UNEQUAL)).isZero();
        }

        assertThat(tenant.number("SELECT count(*) FROM apidrive.lease")).isZero();
        assertThat(store.slots().used()).isZero();
    }

    @Test
    void what_somebody_claims_is_buried_only_where_that_is_said() {
        store.put(List.of(claimed(A, ANN)), MONTH.from(NOON));
        store.put(puts(B), MONTH.from(NOON));
        Tombstone ofA = Tombstone.of(A.id(), NOON, 1, MONTH);
        assertThatThrownBy(() -> inventory.buryUnclaimed(ofA, NOON)).isInstanceOf(ProblemException.class)
                .satisfies(refused -> assertThat(((ProblemException) refused).problem()).isEqualTo(Problem.CHUNK_CLAIMED));
        assertThat(inventory.tombstones(List.of(IdPrefix.ALL), ChunkId.LOWEST, PAGE, NOON)).isEmpty();
        assertThat(inventory.buryUnclaimed(Tombstone.of(B.id(), NOON, 2, MONTH), NOON)).containsExactly(B.id());

        assertThat(inventory.buryUnclaimed(ofA, END)).as("a claim that has run out").containsExactly(A.id());
        assertThat(tenant.number(UNEQUAL)).isZero();
    }

    @Test
    void what_was_damaged_is_repaired_for_whoever_claims_it() {
        store.put(List.of(claimed(A, ANN)), MONTH.from(NOON));
        tenant.execute("UPDATE apidrive.chunk SET damaged_at = now(), size = 7");
        tenant.execute("UPDATE apidrive.slot_shard SET bytes = bytes + 6 WHERE shard = 0");
        store.put(List.of(claimed(A, BOB)), MONTH.from(NOON));

        assertThat(inventory.claims(List.of(A.id()), PAGE, NOON).get(A.id())).extracting(Claim::holder).containsExactly(ANN, BOB);
        assertThat(tenant.number(UNEQUAL)).isZero();
    }

    @Test
    void a_holder_is_looked_at_again_for_what_was_under_way_when_he_ended_and_then_no_more() {
        ended.note(List.of(ANN), NOON, false);
        assertThat(ended.due(NOON, PAGE)).containsExactly(ANN);
        ended.free(ANN, PAGE, NOON);
        assertThat(ended.due(NOON, PAGE)).isEmpty();
        Instant soon = NOON.plusSeconds(5);
        assertThat(ended.due(soon, PAGE)).containsExactly(ANN);
        ended.free(ANN, PAGE, soon);
        assertThat(ended.due(soon, PAGE)).isEmpty();
        tenant.execute("INSERT INTO apidrive.lease (holder, chunk, until) VALUES ('" + ANN + "', gen_random_uuid(), '" + END + "')");
        Instant later = NOON.plus(Duration.ofMinutes(2));

        assertThat(ended.due(later, PAGE)).containsExactly(ANN);
        ended.free(ANN, PAGE, later);
        assertThat(tenant.number("SELECT count(*) FROM apidrive.lease")).isZero();
        assertThat(ended.due(later.plus(EndedLeases.KEPT), PAGE)).isEmpty();
    }

    @Test
    void ended_holders_are_told_in_the_order_in_which_they_were_heard_of_and_forgotten_in_the_end() {
        ended.note(List.of(BOB), NOON, true);
        ended.note(List.of(ANN, BOB), NOON.plusSeconds(9), false);
        List<EndedLeases.Ended> heard = ended.after(0, PAGE);

        assertThat(heard).extracting(EndedLeases.Ended::holder).containsExactly(BOB, ANN);
        assertThat(heard).extracting(EndedLeases.Ended::at).containsExactly(NOON, NOON.plusSeconds(9));
        assertThat(ended.after(heard.get(0).number(), PAGE)).extracting(EndedLeases.Ended::holder).containsExactly(ANN);
        assertThat(ended.untold(PAGE)).containsExactly(ANN);
        ended.told(List.of(ANN));
        assertThat(ended.untold(PAGE)).isEmpty();
        Instant later = NOON.plus(EndedLeases.KEPT);
        assertThat(ended.forget(later, PAGE)).isZero();
        List.of(ANN, BOB).forEach(holder -> ended.free(holder, PAGE, later));
        assertThat(ended.forget(later, PAGE)).isOne();
        assertThat(ended.after(0, PAGE)).extracting(EndedLeases.Ended::holder).containsExactly(ANN);
    }

    @Test
    @Timeout(60)
    void whoever_claims_a_chunk_while_another_lets_go_of_it_has_it() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        CyclicBarrier start = new CyclicBarrier(2);
        Random random = new Random(5);
        for (int round = 0; round < 60; round++) {
            UUID going = new UUID(3, round);
            UUID coming = new UUID(4, round);
            List<Chunk> chunks = IntStream.range(0, 12).mapToObj(i -> chunk("raced " + random.nextLong())).toList();
            store.put(chunks.stream().map(one -> claimed(one, going)).toList(), MONTH.from(NOON));
            boolean isPlain = round % 3 == 0;
            long pause = random.nextInt(3_000);
            Future<List<PutResult>> putting = executor.submit(() -> {
                start.await(20, TimeUnit.SECONDS);
                TimeUnit.MICROSECONDS.sleep(pause);
                return store.put(isPlain ? puts(chunks) : chunks.stream().map(one -> claimed(one, coming)).toList(), MONTH.from(NOON.plusSeconds(1)));
            });
            Future<Collection<ChunkId>> ending = executor.submit(() -> {
                start.await(20, TimeUnit.SECONDS);
                return end(going);
            });
            ending.get(20, TimeUnit.SECONDS);
            assertThat(putting.get(20, TimeUnit.SECONDS)).allSatisfy(result -> assertThat(result.refusal()).isEmpty());

            assertThat(inventory.held(chunks.stream().map(Chunk::id).toList(), NOON)).hasSize(chunks.size());
            if (!isPlain) {
                assertThat(end(coming)).hasSize(chunks.size());
            }
        }
        executor.shutdown();
        assertThat(tenant.number(UNEQUAL)).isZero();
        assertThat(tenant.number("SELECT count(*) FROM apidrive.chunk_data")).isEqualTo(tenant.number("SELECT count(*) FROM apidrive.chunk")
                + tenant.number("SELECT count(*) FROM apidrive.leftover"));
    }

    @Test
    @Timeout(90)
    void counters_equal_sums_whatever_is_put_ended_buried_released_and_swept() {
        Random random = new Random(11);
        List<UUID> holders = new ArrayList<>();
        Instant now = NOON;
        for (int i = 0; i < 400; i++) {
            now = now.plus(Duration.ofHours(random.nextInt(5)));
            Lease.Term term = MONTH.from(now);
            store.openAhead(now);
            Chunk some = chunk("x".repeat(random.nextInt(40)));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    holders.add(new UUID(9, i));
                    store.put(IntStream.range(0, 1 + random.nextInt(6)).mapToObj(
                            n -> claimed(chunk("x".repeat(random.nextInt(40))), holders.get(holders.size() - 1))).toList(), term);
                }
                case 3 -> store.put(puts(some), term);
                case 4 -> {
                    if (!holders.isEmpty()) {
                        UUID holder = holders.remove(random.nextInt(holders.size()));
                        ended.note(List.of(holder), now, false);
                        ended.free(holder, PAGE, now);
                    }
                }
                case 5 -> inventory.release(inventory.held(List.of(some.id()), now));
                case 6 -> inventory.bury(List.of(Tombstone.of(some.id(), now, i, MONTH)));
                default -> store.sweep(now);
            }
            assertThat(tenant.number(UNEQUAL)).as("after step %d", i).isZero();
        }
        assertThat(tenant.number("SELECT count(*) FROM apidrive.chunk")).isPositive();
    }

    /** All that went. */
    private Set<ChunkId> end(UUID holder) {
        ended.note(List.of(holder), NOON, false);
        return ended.free(holder, PAGE, NOON).chunks();
    }

    private static Put claimed(Chunk chunk, UUID holder) {
        return Put.ofUser(chunk, 3, List.of()).heldBy(List.of(new Claim(holder, Instant.MAX)));
    }

    private static Put copy(Chunk chunk, UUID... holders) {
        return Put.ofPeer(chunk, 3, END).heldBy(List.of(holders).stream().map(holder -> new Claim(holder, END)).toList());
    }
}
