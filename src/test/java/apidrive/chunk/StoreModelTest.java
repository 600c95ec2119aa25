package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.problem.ProblemException;
import apidrive.repair.MemoryHealQueue;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * PostgreSQL answers whatever it is asked as the store on the heap does, of which everybody sees that it is right. Nothing is
 * swept meanwhile: when, differs.
 */
class StoreModelTest {
    private static final int STEPS = 500;
    private static final int CHUNKS = 80;
    private static final int SLOTS = 50;  // so that some stores meet the limit
    private static final int HOLDERS = 12;  // of whom one makes room for another after so many steps
    private static final int ALL = 1_000;
    private static final ChunkId FIRST = new ChunkId(new UUID(0, 0));
    private static final String CHUNKS_BUT_SLOTS = """
            SELECT (SELECT sum(used) FROM apidrive.slot_shard) - (SELECT count(*) FROM apidrive.chunk)""";
    private static final String CLAIMS_OF_NOTHING = """
            SELECT (SELECT count(*) FROM apidrive.lease WHERE NOT EXISTS (SELECT FROM apidrive.chunk WHERE id = lease.chunk))
                 + (SELECT count(*) FROM apidrive.chunk WHERE plain_until IS NULL AND EXISTS (SELECT FROM apidrive.lease WHERE chunk = id))""";
    private static final String BYTES_BUT_CHUNKS = """
            SELECT (SELECT count(*) FROM apidrive.chunk_data) - (SELECT count(*) FROM apidrive.chunk)
                 - (SELECT count(*) FROM apidrive.leftover)""";

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MemoryHealQueue owed = new MemoryHealQueue();
    private final MemoryChunkStore model = new MemoryChunkStore(SLOTS, owed);
    private final List<NodeId> nodes = IntStream.range(0, 4).mapToObj(i -> new NodeId(new UUID(i, i))).toList();
    private int steps;

    @Test
    void postgres_does_as_the_model_does() {
        System.out.println("StoreModelTest -Dseed=" + seed);
        try (TestDatabase database = TestDatabase.migrated()) {
            Database runner = new Database(database.runner());
            PostgresChunkStore store = new PostgresChunkStore(runner, SLOTS, MONTH);
            Inventory inventory = new PostgresInventory(runner);
            PostgresClaims claims = new PostgresClaims(runner);
            EndedLeases ended = new PostgresEndedLeases(runner);
            Leftovers leftovers = new Leftovers(runner);
            Instant now = NOON;
            for (int step = 0; step < STEPS; step++) {
                store.openAhead(now);
                steps++;
                if (random.nextInt(3) == 0) {
                    stepOfHolders(inventory, claims, ended, now, "step " + step + " of seed " + seed);
                } else {
                    step(store, inventory, leftovers, now, "step " + step + " of seed " + seed);
                }
                if (step % 20 == 0) {
                    assertThat(database.number(CHUNKS_BUT_SLOTS)).isZero();
                    assertThat(database.number(CLAIMS_OF_NOTHING)).isZero();
                    assertThat(database.number(BYTES_BUT_CHUNKS)).isZero();
                }
                now = now.plus(Duration.ofMinutes(random.nextInt(300)));
            }
        }
    }

    private void step(ChunkStore store, Inventory inventory, Leftovers leftovers, Instant now, String step) {
        Lease.Term term = MONTH.from(now);
        switch (random.nextInt(11)) {
            case 0, 1, 2, 3 -> {
                List<Put> puts = IntStream.range(0, 1 + random.nextInt(12)).mapToObj(i -> put(now)).toList();
                assertThat(store.put(puts, term)).as(step).isEqualTo(model.put(puts, term));
            }
            case 4 -> {
                Set<ChunkId> ids = someIds();
                assertThat(store.renew(ids, term, false)).as(step).isEqualTo(model.renew(ids, term, false));
            }
            case 5 -> {
                List<Held> leases = someIds().stream().map(id -> new Held(id, copies(), lease(now))).toList();
                inventory.merge(leases, now);
                model.merge(leases, now);
            }
            case 6 -> {
                List<Held> some = model.held(someIds(), now).stream().map(held -> random.nextInt(4) > 0 ? held
                        : new Held(held.id(), copies(), held.expiresAt().plusMillis(random.nextInt(2)))).toList();
                assertThat(inventory.release(some)).as(step).isEqualTo(model.release(some));
            }
            case 7 -> {
                List<Tombstone> tombstones = someIds().stream().map(id -> new Tombstone(id, now.plus(Duration.ofMinutes(random.nextInt(90_000))), random.nextInt(3))).toList();
                assertThat(inventory.bury(tombstones)).as(step).isEqualTo(model.bury(tombstones));
            }
            case 8 -> assertThat(inventory.forgetTombstones(now, 1_000)).as(step).isEqualTo(model.forgetTombstones(now, 1_000));
            case 9 -> leftovers.delete(1 + random.nextInt(9));
            default -> compareGet(store, now, step);
        }
        compareLists(inventory, now, step);
        assertThat(store.slots()).as(step).isEqualTo(model.slots());
    }

    private void stepOfHolders(Inventory inventory, PostgresClaims claims, EndedLeases ended, Instant now, String step) {
        switch (random.nextInt(5)) {
            case 0 -> {
                Map<ChunkId, List<Claim>> told = new HashMap<>();
                someIds().forEach(id -> told.put(id, claims(now)));
                inventory.claim(told, now);
                model.claim(told, now);
            }
            case 1 -> {
                UUID holder = holder();
                Instant until = now.plus(Duration.ofMinutes(random.nextInt(43_200)));
                int limit = 1 + random.nextInt(30);
                assertThat(claims.renew(holder, until, FIRST, limit)).as(step).isEqualTo(model.renew(holder, until, FIRST, limit));
            }
            case 2 -> {
                Map<UUID, Instant> endings = Map.of(holder(), now.minus(Duration.ofHours(random.nextInt(100))));
                boolean areTold = random.nextBoolean();
                ended.note(endings, now, areTold);
                model.ended().note(endings, now, areTold);
            }
            case 3 -> {
                Tombstone tombstone = Tombstone.of(someIds().iterator().next(), now, random.nextInt(3), MONTH);
                assertThat(buried(inventory, tombstone, now)).as(step).isEqualTo(buried(model, tombstone, now));
            }
            default -> {
                List<UUID> due = ended.due(now, ALL);
                assertThat(due).as(step).containsExactlyInAnyOrderElementsOf(model.ended().due(now, ALL));
                int limit = 1 + random.nextInt(30);
                due.forEach(holder -> assertThat(ended.free(holder, limit, now)).as(step).isEqualTo(model.ended().free(holder, limit, now)));
                ended.told(due);
                model.ended().told(due);
                assertThat(ended.forget(now, ALL)).as(step).isEqualTo(model.ended().forget(now, ALL));
            }
        }
        compareLists(inventory, now, step);
        assertThat(ended.untold(ALL)).as(step).isEqualTo(model.ended().untold(ALL));
        assertThat(ended.after(0, ALL)).as(step).extracting(EndedLeases.Ended::holder, EndedLeases.Ended::at)
                .isEqualTo(model.ended().after(0, ALL).stream().map(one -> tuple(one.holder(), one.at())).toList());
    }

    /** What went; empty where somebody claims it. */
    private static Optional<Set<ChunkId>> buried(Inventory inventory, Tombstone tombstone, Instant now) {
        try {
            return Optional.of(inventory.buryUnclaimed(tombstone, now));
        } catch (ProblemException claimed) {
            return Optional.empty();
        }
    }

    private void compareGet(ChunkStore store, Instant now, String step) {
        Set<ChunkId> ids = someIds();
        Map<ChunkId, Instant> expected = new HashMap<>();
        model.get(ids, now).forEach((id, result) -> expected.put(id, result.stored().expiresAt()));
        Map<ChunkId, Instant> found = new HashMap<>();
        store.get(ids, now).forEach((id, result) -> found.put(id, result.orThrow(id).expiresAt()));
        assertThat(found).as(step).isEqualTo(expected);
    }

    private void compareLists(Inventory inventory, Instant now, String step) {
        int bits = random.nextInt(5);
        Set<IdPrefix> within = random.longs(1 + random.nextInt(6), 0, 1L << bits).mapToObj(value -> new IdPrefix(bits, value))
                .collect(Collectors.toSet());
        ChunkId after = random.nextBoolean() ? FIRST : someIds().iterator().next();
        int limit = 1 + random.nextInt(40);
        assertThat(told(inventory.list(within, after, limit, now))).as(step).isEqualTo(told(model.list(within, after, limit, now)));
        Set<ChunkId> some = someIds();
        assertThat(inventory.claims(some, ALL, now)).as(step).isEqualTo(model.claims(some, ALL, now));
        assertThat(inventory.tombstones(within, after, limit, now)).as(step)
                .isEqualTo(model.tombstones(within, after, limit, now));
        Instant settled = now.minus(Duration.ofMinutes(random.nextInt(3_000)));
        int finer = bits + random.nextInt(12);
        assertThat(inventory.summaries(within, finer, now, settled)).as(step)
                .usingElementComparatorIgnoringFields("sum").isEqualTo(model.summaries(within, finer, now, settled));
    }

    /** Whether somebody claims them is compared here, and who does by {@link Inventory#claims}. */
    private static List<Held> told(List<Held> listed) {
        return listed.stream().map(held -> new Held(held.id(), held.copies(), held.expiresAt(), held.slidesTo(), held.claims() == 0 ? 0 : 1))
                .toList();
    }

    private Put put(Instant now) {
        Put put = plain(now);
        if (random.nextInt(3) > 0) {
            return put;
        }
        List<Claim> claims = claims(now);
        Instant last = claims.stream().map(Claim::until).max(Instant::compareTo).orElseThrow();
        return (put.isByUser() ? put : Put.ofPeer(put.chunk(), put.copies(), last, put.owed())).heldBy(claims);
    }

    private List<Claim> claims(Instant now) {
        return random.ints(1 + random.nextInt(3), -1, HOLDERS).distinct()
                .mapToObj(i -> new Claim(i < 0 ? Claim.PLAIN : new UUID(1, i), lease(now))).toList();
    }

    private UUID holder() {
        return holder(random.nextInt(HOLDERS));
    }

    private UUID holder(int number) {
        return new UUID(1, steps / HOLDERS + number);
    }

    private Put plain(Instant now) {
        Chunk chunk = ChunkStoreContract.chunk("chunk " + random.nextInt(CHUNKS));
        return switch (random.nextInt(4)) {
            case 0 -> Put.ofUser(chunk, copies(), nodes.subList(0, random.nextInt(4)));
            case 1 -> Put.ofFresh(chunk, copies(), nodes.subList(0, random.nextInt(4)));
            default -> Put.ofPeer(chunk, copies(), lease(now), nodes.subList(0, random.nextInt(2)));
        };
    }

    private int copies() {
        return 1 + random.nextInt(Put.MAX_COPIES);
    }

    /** From a day before now, which is over, to beyond the longest. */
    private Instant lease(Instant now) {
        return now.plus(Duration.ofMinutes(random.nextInt(-1_440, 50_000)));
    }

    private Set<ChunkId> someIds() {
        return random.ints(1 + random.nextInt(12), 0, CHUNKS).mapToObj(i -> ChunkStoreContract.chunk("chunk " + i).id())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
