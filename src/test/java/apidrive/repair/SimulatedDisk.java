package apidrive.repair;

import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.NO_FREE_SLOT;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import apidrive.chunk.Claim;
import apidrive.chunk.GetResult;
import apidrive.chunk.Held;
import apidrive.chunk.Lease;
import apidrive.chunk.MemoryChunkStore;
import apidrive.chunk.Put;
import apidrive.chunk.PutResult;
import apidrive.chunk.Summary;
import apidrive.chunk.Tombstone;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** What outlives a crash: chunks, some of them damaged, tombstones, ended holders, the heal queue, and where a scrub stands. */
final class SimulatedDisk implements Scrub.Bookmark {
    private static final int ALL = 10_000;
    private static final ChunkId BEFORE_ALL = new ChunkId(new UUID(0, 0));

    final MemoryChunkStore chunks;
    final MemoryHealQueue heals;
    final Set<ChunkId> damaged = new TreeSet<>();
    final MemoryHeardEnds heard;
    boolean isFull;
    private Optional<Scrub.Place> place = Optional.empty();

    SimulatedDisk() {
        this.heals = new MemoryHealQueue();
        this.chunks = new MemoryChunkStore(ALL, heals);
        this.heard = new MemoryHeardEnds(Map.of());
    }

    private SimulatedDisk(SimulatedDisk other) {
        this.heals = other.heals.copy();
        this.chunks = other.chunks.copy(heals);
        this.heard = other.heard.copy();
        this.damaged.addAll(other.damaged);
        this.place = other.place;
    }

    /** A backup. */
    SimulatedDisk copy() {
        return new SimulatedDisk(this);
    }

    PutResult put(Put put, Lease.Term term) {
        boolean isNew = chunks.held(List.of(put.chunk().id()), term.now()).isEmpty();
        if (isFull && isNew) {
            return new PutResult(null, Optional.of(NO_FREE_SLOT));
        }
        PutResult result = chunks.put(List.of(put), term).get(0);
        if (result.refusal().isEmpty()) {
            damaged.remove(put.chunk().id());
        }
        return result;
    }

    Map<ChunkId, GetResult> get(Collection<ChunkId> ids, Instant now) {
        Map<ChunkId, GetResult> found = chunks.get(ids, now);
        found.replaceAll((id, result) -> damaged.contains(id) ? GetResult.refused(CHUNK_DAMAGED) : result);
        return found;
    }

    void forget(Collection<ChunkId> ids) {
        damaged.removeAll(ids);
    }

    /** Everything that is alive and sound. */
    List<Held> sound(Instant now) {
        return sound(chunks.list(List.of(IdPrefix.ALL), BEFORE_ALL, ALL, now));
    }

    /** Of what is sound alone. */
    List<Summary> summaries(Collection<IdPrefix> within, int bits, Instant now, Instant settled) {
        if (damaged.isEmpty()) {
            return chunks.summaries(within, bits, now, settled);
        }
        MemoryChunkStore sound = chunks.copy(heals);
        sound.release(sound.held(damaged, now));
        return sound.summaries(within, bits, now, settled);
    }

    /** For whom it keeps the chunk, where that is sound. */
    List<UUID> holders(ChunkId id, Instant now) {
        return damaged.contains(id) ? List.of() : chunks.claims(List.of(id), ALL, now).getOrDefault(id, List.of()).stream()
                .filter(claim -> !claim.isPlain()).map(Claim::holder).toList();
    }

    /** Whether it is known here that the holder has ended. */
    boolean knowsEnd(UUID holder) {
        return chunks.ended().after(0, ALL).stream().anyMatch(one -> one.holder().equals(holder));
    }

    boolean keeps(ChunkId id, Instant now) {
        return !damaged.contains(id) && !chunks.held(List.of(id), now).isEmpty();
    }

    Optional<Tombstone> tombstone(ChunkId id, Instant now) {
        return chunks.tombstones(List.of(IdPrefix.ALL), BEFORE_ALL, ALL, now).stream()
                .filter(tombstone -> tombstone.id().equals(id)).findFirst();
    }

    List<Held> sound(List<Held> held) {
        return damaged.isEmpty() ? held : held.stream().filter(one -> !damaged.contains(one.id())).toList();
    }

    @Override
    public Optional<Scrub.Place> read() {
        return place;
    }

    @Override
    public void write(Scrub.Place reached) {
        place = Optional.of(reached);
    }
}
