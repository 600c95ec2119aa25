package apidrive.chunk;

import static apidrive.problem.Problem.CHUNK_CLAIMED;
import static apidrive.problem.Problem.CHUNK_DELETED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NO_FREE_SLOT;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import apidrive.repair.HealQueue;
import apidrive.repair.MemoryHealQueue;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/**
 * Chunks on the heap: the model that the tests hold the real store against, and what a simulated node keeps. Its
 * {@link #summaries} mix ids in a way of their own, so that they compare with those of others of this kind alone.
 */
public final class MemoryChunkStore implements ChunkStore, Inventory {
    private final TreeMap<ChunkId, MemoryRow> chunks = new TreeMap<>();
    private final TreeMap<ChunkId, Tombstone> tombstones = new TreeMap<>();
    private final long slots;
    private final HealQueue heals;
    private final MemoryEndedLeases ended;

    public MemoryChunkStore(long slots) {
        this(slots, new MemoryHealQueue());
    }

    /** What a put owes to other nodes goes to {@code heals}. */
    public MemoryChunkStore(long slots, HealQueue heals) {
        this.slots = slots;
        this.heals = heals;
        this.ended = new MemoryEndedLeases(this);
    }

    private MemoryChunkStore(MemoryChunkStore other, HealQueue heals) {
        this.slots = other.slots;
        this.heals = heals;
        this.chunks.putAll(other.chunks);
        this.tombstones.putAll(other.tombstones);
        this.ended = other.ended.copy(this);
    }

    /** The same chunks, tombstones and ended holders, from now on apart: what a backup of the node has. */
    public synchronized MemoryChunkStore copy(HealQueue copyOfHeals) {
        return new MemoryChunkStore(this, copyOfHeals);
    }

    /** The holders of these chunks that have ended. */
    public EndedLeases ended() {
        return ended;
    }

    @Override
    public synchronized List<PutResult> put(List<Put> puts, Lease.Term term) {
        SortedMap<ChunkId, Put> distinct = Put.distinct(puts, term);
        Map<ChunkId, PutResult> results = new HashMap<>();
        distinct.forEach((id, put) -> results.put(id, put(put, term)));
        return puts.stream().map(put -> {
            ChunkId id = put.chunk().id();
            return !put.isAlive(term) ? PutResult.refused(CHUNK_NOT_FOUND)
                    : put.isOfSameBytes(distinct.get(id)) ? results.get(id) : PutResult.refused(ID_TAKEN);
        }).toList();
    }

    @Override
    public synchronized Map<ChunkId, GetResult> get(Collection<ChunkId> ids, Instant now) {
        Map<ChunkId, GetResult> results = new HashMap<>();
        ids.forEach(id -> live(id, now).ifPresent(row -> results.put(id, GetResult.found(row.stored()))));
        return results;
    }

    @Override
    public synchronized Optional<ChunkInfo> info(ChunkId id, Instant now) {
        return live(id, now).map(row -> new ChunkInfo(id, row.chunk().digest(), row.chunk().size(), row.expiresAt()));
    }

    @Override
    public synchronized Map<ChunkId, Instant> renew(Collection<ChunkId> ids, Lease.Term term, boolean wereRead) {
        Map<ChunkId, Instant> renewed = new HashMap<>();
        ids.forEach(id -> live(id, term.now()).map(row -> row.renewed(term)).ifPresent(row -> {
            chunks.put(id, row);
            renewed.put(id, row.expiresAt());
        }));
        return renewed;
    }

    @Override
    public synchronized Slots slots() {
        return new Slots(slots, chunks.size());
    }

    @Override
    public synchronized boolean sweep(Instant now) {
        chunks.values().removeIf(row -> !row.isAlive(now));
        return false;
    }

    @Override
    public synchronized long due(Instant now) {
        return chunks.values().stream().filter(row -> !row.isAlive(now)).count();
    }

    @Override
    public synchronized List<Summary> summaries(Collection<IdPrefix> within, int bits, Instant now, Instant settled) {
        record Part(IdPrefix prefix, int copies) {
        }
        Map<Part, List<MemoryRow>> parts = alive(within, now).filter(row -> row.storedAt().isBefore(settled) || row.storedAt().isAfter(now))
                .collect(Collectors.groupingBy(row -> new Part(IdPrefix.of(row.chunk().id(), bits), row.copies()),
                        () -> new TreeMap<>(Comparator.comparing(Part::prefix).thenComparing(Part::copies)),
                        Collectors.toList()));
        return parts.entrySet().stream().map(part -> new Summary(part.getKey().prefix(), part.getKey().copies(),
                part.getValue().size(), part.getValue().stream().mapToLong(row -> MemoryRow.mixed(row.chunk().id().uuid()))
                        .reduce(0, (one, other) -> one ^ other))).toList();
    }

    @Override
    public synchronized List<Held> list(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
        return alive(within, now).filter(row -> row.chunk().id().compareTo(after) > 0)
                .limit(Math.min(limit, MAX_LIST)).map(MemoryRow::held).toList();
    }

    @Override
    public synchronized List<Held> held(Collection<ChunkId> ids, Instant now) {
        return ids.stream().distinct().flatMap(id -> live(id, now).stream()).map(MemoryRow::held).toList();
    }

    @Override
    public synchronized void merge(Collection<Held> leases, Instant now) {
        leases.forEach(lease -> live(lease.id(), now).ifPresent(row ->
                chunks.put(lease.id(), row.merged(lease, now))));
    }

    /** Nothing to note: the heap's bytes do not change. */
    @Override
    public void checked(Collection<ChunkId> ids, Instant now) {
    }

    @Override
    public synchronized int release(Collection<Held> copies) {
        int before = chunks.size();
        copies.forEach(copy -> chunks.computeIfPresent(copy.id(), (id, row) ->
                row.copies() == copy.copies() && row.expiresAt().equals(copy.expiresAt()) ? null : row));
        return before - chunks.size();
    }

    @Override
    public synchronized Set<ChunkId> bury(Collection<Tombstone> buried) {
        Tombstone.distinct(buried).forEach((id, tombstone) -> tombstones.merge(id, tombstone, Tombstone::and));
        return buried.stream().map(Tombstone::id).filter(id -> chunks.remove(id) != null).collect(Collectors.toSet());
    }

    @Override
    public synchronized Set<ChunkId> buryUnclaimed(Tombstone tombstone, Instant now) {
        if (!claims(List.of(tombstone.id()), 1, now).getOrDefault(tombstone.id(), List.of()).stream().allMatch(Claim::isPlain)) {
            throw CHUNK_CLAIMED.because("an object needs chunk " + tombstone.id());
        }
        return bury(List.of(tombstone));
    }

    @Override
    public synchronized Map<ChunkId, List<Claim>> claims(Collection<ChunkId> ids, int most, Instant now) {
        Map<ChunkId, List<Claim>> claims = new HashMap<>();
        ids.stream().filter(chunks::containsKey).forEach(id -> claims.put(id, chunks.get(id).claims(most, now)));
        claims.values().removeIf(List::isEmpty);
        return claims;
    }

    @Override
    public synchronized void claim(Map<ChunkId, List<Claim>> told, Instant now) {
        told.forEach((id, some) -> {
            List<Claim> alive = some.stream().filter(one -> !one.isPlain() && one.until().isAfter(now) && !ended.isKnown(one.holder())).toList();
            if (!alive.isEmpty()) {
                chunks.computeIfPresent(id, (same, row) -> row.with(alive));
            }
        });
    }

    /** As {@link PostgresClaims#renew}. */
    public synchronized Optional<ChunkId> renew(UUID holder, Instant until, ChunkId after, int limit) {
        List<ChunkId> page = claimedBy(holder, after, limit);
        page.forEach(id -> chunks.computeIfPresent(id, (same, row) -> row.extended(holder, until)));
        return page.isEmpty() ? Optional.empty() : Optional.of(page.get(page.size() - 1));
    }

    /** At most {@code limit} chunks above {@code after} that the holder claims, ascending. */
    synchronized List<ChunkId> claimedBy(UUID holder, ChunkId after, int limit) {
        return chunks.tailMap(after, false).values().stream().filter(row -> row.claims().containsKey(holder)).limit(limit)
                .map(row -> row.chunk().id()).toList();
    }

    /** Ends the holder's claim on the chunk; whether that went, since nobody else wants it. */
    synchronized boolean release(UUID holder, ChunkId id, Instant now) {
        return chunks.computeIfPresent(id, (same, row) -> row.without(holder, now).orElse(null)) == null;
    }

    @Override
    public synchronized List<Tombstone> tombstones(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
        return tombstones.values().stream().filter(one -> one.id().compareTo(after) > 0 && one.until().isAfter(now)
                && isWithin(within, one.id())).limit(limit).toList();
    }

    @Override
    public synchronized int forgetTombstones(Instant now, int limit) {
        List<ChunkId> over = tombstones.values().stream().filter(one -> !one.until().isAfter(now)).limit(limit)
                .map(Tombstone::id).toList();
        over.forEach(tombstones::remove);
        return over.size();
    }

    /** Puts other bytes under an id, which no caller can. */
    synchronized void plant(ChunkId id, StoredChunk other) {
        chunks.put(id, new MemoryRow(other.chunk(), other.copies(), Instant.EPOCH, other.expiresAt(), Optional.empty(), Map.of()));
    }

    private Optional<MemoryRow> live(ChunkId id, Instant now) {
        return Optional.ofNullable(chunks.get(id)).filter(row -> row.isAlive(now));
    }

    private Stream<MemoryRow> alive(Collection<IdPrefix> within, Instant now) {
        return chunks.values().stream().filter(row -> row.isAlive(now) && isWithin(within, row.chunk().id()));
    }

    private static boolean isWithin(Collection<IdPrefix> within, ChunkId id) {
        return !within.isEmpty() && within.contains(IdPrefix.of(id, within.iterator().next().bits()));
    }

    private PutResult put(Put put, Lease.Term term) {
        if (!put.isClaimed()) {
            return putWanted(put, term);
        }
        return put.without(ended.known()).map(wanted -> putWanted(wanted, term)).orElse(PutResult.refused(CHUNK_DELETED));
    }

    /** What somebody wants who has not ended. */
    private PutResult putWanted(Put put, Lease.Term term) {
        ChunkId id = put.chunk().id();
        MemoryRow before = chunks.get(id);
        if (before == null && isBuried(put, term)) {
            return PutResult.refused(CHUNK_DELETED);
        }
        if (before != null && !before.chunk().digest().equals(put.chunk().digest())) {
            return PutResult.refused(ID_TAKEN);
        }
        if (before == null && chunks.size() >= slots) {
            return PutResult.refused(NO_FREE_SLOT);
        }
        tombstones.remove(id);
        heals.add(put.owed().stream().map(node -> new HealQueue.Need(id, node, Set.of())).toList(),
                term.now().plus(Put.OWED_AFTER));
        chunks.put(id, before == null ? MemoryRow.of(put, term) : before.with(put, term));
        return PutResult.kept(chunks.get(id).expiresAt());
    }

    private boolean isBuried(Put put, Lease.Term term) {
        Tombstone tombstone = tombstones.get(put.chunk().id());
        Duration lifetime = Duration.between(term.now(), term.until());
        return tombstone != null && put.measured(term).filter(measured -> !tombstone.until().minus(lifetime).isBefore(measured)).isPresent();
    }
}
