package apidrive.chunk;

import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NO_FREE_SLOT;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** Chunks on the heap: the model that the tests hold the real store against. */
final class MemoryChunkStore implements ChunkStore {
    private final Map<ChunkId, StoredChunk> chunks = new TreeMap<>();
    private final long slots;

    MemoryChunkStore(long slots) {
        this.slots = slots;
    }

    @Override
    public synchronized List<PutResult> put(List<Chunk> fresh, Lease.Term term) {
        return fresh.stream().map(chunk -> put(chunk, term)).toList();
    }

    @Override
    public synchronized Map<ChunkId, GetResult> get(Collection<ChunkId> ids, Instant now) {
        Map<ChunkId, GetResult> results = new HashMap<>();
        ids.forEach(id -> live(id, now).ifPresent(stored -> results.put(id, GetResult.found(stored))));
        return results;
    }

    @Override
    public synchronized Optional<ChunkInfo> info(ChunkId id, Instant now) {
        return live(id, now).map(stored -> new ChunkInfo(id, stored.chunk().digest(), stored.chunk().size(),
                stored.expiresAt()));
    }

    @Override
    public synchronized Map<ChunkId, Instant> renew(Collection<ChunkId> ids, Lease.Term term, boolean wereRead) {
        Map<ChunkId, Instant> renewed = new HashMap<>();
        ids.forEach(id -> live(id, term.now()).ifPresent(stored -> renewed.put(id, keep(stored.chunk(), term))));
        return renewed;
    }

    @Override
    public synchronized boolean delete(ChunkId id) {
        return chunks.remove(id) != null;
    }

    @Override
    public synchronized Slots slots() {
        return new Slots(slots, chunks.size());
    }

    @Override
    public synchronized boolean sweep(Instant now) {
        chunks.values().removeIf(stored -> !stored.expiresAt().isAfter(now));
        return false;
    }

    @Override
    public synchronized long due(Instant now) {
        return chunks.values().stream().filter(stored -> !stored.expiresAt().isAfter(now)).count();
    }

    /** Puts other bytes under an id, which no caller can. */
    synchronized void plant(ChunkId id, StoredChunk other) {
        chunks.put(id, other);
    }

    private Optional<StoredChunk> live(ChunkId id, Instant now) {
        return Optional.ofNullable(chunks.get(id)).filter(stored -> stored.expiresAt().isAfter(now));
    }

    private PutResult put(Chunk chunk, Lease.Term term) {
        StoredChunk before = chunks.get(chunk.id());
        if (before != null && !before.chunk().digest().equals(chunk.digest())) {
            return PutResult.refused(ID_TAKEN);
        }
        if (before == null && chunks.size() >= slots) {
            return PutResult.refused(NO_FREE_SLOT);
        }
        return PutResult.kept(keep(chunk, term));
    }

    private Instant keep(Chunk chunk, Lease.Term term) {
        StoredChunk before = chunks.get(chunk.id());
        if (before == null || before.expiresAt().isBefore(term.renewBelow())) {
            chunks.put(chunk.id(), new StoredChunk(chunk, term.until()));
        }
        return chunks.get(chunk.id()).expiresAt();
    }
}
