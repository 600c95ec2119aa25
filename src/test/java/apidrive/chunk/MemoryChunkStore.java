package apidrive.chunk;

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
    private final TreeMap<ChunkId, Row> chunks = new TreeMap<>();
    private final TreeMap<ChunkId, Instant> tombstones = new TreeMap<>();
    private final long slots;
    private final HealQueue heals;

    private record Row(Chunk chunk, int copies, Instant storedAt, Instant expiresAt) {
        StoredChunk stored() {
            return new StoredChunk(chunk, copies, expiresAt);
        }

        Held held() {
            return new Held(chunk.id(), copies, expiresAt);
        }

        Row merged(int others, Instant other) {
            return new Row(chunk, Math.max(copies, others), storedAt, expiresAt.isAfter(other) ? expiresAt : other);
        }
    }

    public MemoryChunkStore(long slots) {
        this(slots, new MemoryHealQueue());
    }

    /** What a put owes to other nodes goes to {@code heals}. */
    public MemoryChunkStore(long slots, HealQueue heals) {
        this.slots = slots;
        this.heals = heals;
    }

    /** The same chunks and tombstones, from now on apart: what a backup of the node has. */
    public synchronized MemoryChunkStore copy(HealQueue copyOfHeals) {
        MemoryChunkStore copy = new MemoryChunkStore(slots, copyOfHeals);
        copy.chunks.putAll(chunks);
        copy.tombstones.putAll(tombstones);
        return copy;
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
        ids.forEach(id -> live(id, term.now()).ifPresent(row -> renewed.put(id, renew(row, row.copies(), term))));
        return renewed;
    }

    @Override
    public synchronized Slots slots() {
        return new Slots(slots, chunks.size());
    }

    @Override
    public synchronized boolean sweep(Instant now) {
        chunks.values().removeIf(row -> !row.expiresAt().isAfter(now));
        return false;
    }

    @Override
    public synchronized long due(Instant now) {
        return chunks.values().stream().filter(row -> !row.expiresAt().isAfter(now)).count();
    }

    @Override
    public synchronized List<Summary> summaries(Collection<IdPrefix> within, int bits, Instant now, Instant settled) {
        record Part(IdPrefix prefix, int copies) {
        }
        Map<Part, List<Row>> parts = alive(within, now).filter(row -> row.storedAt().isBefore(settled) || row.storedAt().isAfter(now))
                .collect(Collectors.groupingBy(row -> new Part(IdPrefix.of(row.chunk().id(), bits), row.copies()),
                        () -> new TreeMap<>(Comparator.comparing(Part::prefix).thenComparing(Part::copies)),
                        Collectors.toList()));
        return parts.entrySet().stream().map(part -> new Summary(part.getKey().prefix(), part.getKey().copies(),
                part.getValue().size(), part.getValue().stream().mapToLong(row -> mixed(row.chunk().id()))
                        .reduce(0, (one, other) -> one ^ other))).toList();
    }

    @Override
    public synchronized List<Held> list(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
        return alive(within, now).filter(row -> row.chunk().id().compareTo(after) > 0)
                .limit(Math.min(limit, MAX_LIST)).map(Row::held).toList();
    }

    @Override
    public synchronized List<Held> held(Collection<ChunkId> ids, Instant now) {
        return ids.stream().distinct().flatMap(id -> live(id, now).stream()).map(Row::held).toList();
    }

    @Override
    public synchronized void merge(Collection<Held> leases, Instant now) {
        leases.forEach(lease -> live(lease.id(), now).ifPresent(row ->
                chunks.put(lease.id(), row.merged(lease.copies(), lease.expiresAt()))));
    }

    /** Nothing to note: the heap's bytes do not change. */
    @Override
    public void checked(Collection<ChunkId> ids, Instant now) {
    }

    @Override
    public synchronized int release(Collection<Held> copies) {
        int before = chunks.size();
        copies.forEach(copy -> chunks.computeIfPresent(copy.id(), (id, row) -> row.held().equals(copy) ? null : row));
        return before - chunks.size();
    }

    @Override
    public synchronized Set<ChunkId> bury(Collection<Tombstone> buried) {
        buried.forEach(one -> tombstones.merge(one.id(), one.until(), (a, b) -> a.isAfter(b) ? a : b));
        return buried.stream().map(Tombstone::id).filter(id -> chunks.remove(id) != null).collect(Collectors.toSet());
    }

    @Override
    public synchronized List<Tombstone> tombstones(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
        return tombstones.entrySet().stream().filter(one -> one.getKey().compareTo(after) > 0 && one.getValue().isAfter(now)
                && isWithin(within, one.getKey())).limit(limit)
                .map(one -> new Tombstone(one.getKey(), one.getValue())).toList();
    }

    @Override
    public synchronized int forgetTombstones(Instant now, int limit) {
        List<ChunkId> over = tombstones.entrySet().stream().filter(one -> !one.getValue().isAfter(now)).limit(limit)
                .map(Map.Entry::getKey).toList();
        over.forEach(tombstones::remove);
        return over.size();
    }

    /** Puts other bytes under an id, which no caller can. */
    synchronized void plant(ChunkId id, StoredChunk other) {
        chunks.put(id, new Row(other.chunk(), other.copies(), Instant.EPOCH, other.expiresAt()));
    }

    private Optional<Row> live(ChunkId id, Instant now) {
        return Optional.ofNullable(chunks.get(id)).filter(row -> row.expiresAt().isAfter(now));
    }

    private Stream<Row> alive(Collection<IdPrefix> within, Instant now) {
        return chunks.values().stream().filter(row -> row.expiresAt().isAfter(now) && isWithin(within, row.chunk().id()));
    }

    private static boolean isWithin(Collection<IdPrefix> within, ChunkId id) {
        return !within.isEmpty() && within.contains(IdPrefix.of(id, within.iterator().next().bits()));
    }

    private PutResult put(Put put, Lease.Term term) {
        ChunkId id = put.chunk().id();
        Row before = chunks.get(id);
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
        if (before == null) {
            chunks.put(id, new Row(put.chunk(), put.copies(), term.now(), put.until(term)));
        } else {
            chunks.put(id, before.merged(put.copies(), put.isLater(before.expiresAt(), term) ? put.until(term) : before.expiresAt()));
        }
        return PutResult.kept(chunks.get(id).expiresAt());
    }

    private boolean isBuried(Put put, Lease.Term term) {
        Instant deletion = tombstones.getOrDefault(put.chunk().id(), Instant.EPOCH).minus(Duration.between(term.now(), term.until()));
        return put.measured(term).filter(measured -> !deletion.isBefore(measured)).isPresent();
    }

    private Instant renew(Row row, int copies, Lease.Term term) {
        Row renewed = row.merged(copies, row.expiresAt().isBefore(term.renewBelow()) ? term.until() : row.expiresAt());
        chunks.put(row.chunk().id(), renewed);
        return renewed.expiresAt();
    }

    /** Spreads the bits of an id evenly over a number (the finaliser of MurmurHash3, by Austin Appleby). */
    private static long mixed(ChunkId id) {
        long mixed = id.uuid().getMostSignificantBits() ^ Long.rotateLeft(id.uuid().getLeastSignificantBits(), 31);
        mixed = (mixed ^ mixed >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ mixed >>> 33;
    }
}
