package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.wire.ChunkId;

/** Chunks retrieved often, checked when they came in, within a bound of bytes and of time. */
final class ChunkCache {
    /** After so long a chunk is read again: an administrator may have deleted it by another WAR. */
    static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int BESIDE_DATA = 256;  // bytes of heap an entry takes besides its data, about

    private final Cache<ChunkId, StoredChunk> chunks;

    /** Holds at most {@code maxBytes} of heap; 0 holds nothing. */
    ChunkCache(long maxBytes) {
        this.chunks = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((ChunkId id, StoredChunk stored) -> stored.chunk().size() + BESIDE_DATA)
                .expireAfterWrite(LONGEST)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    /** The chunk, if it is here and its lease has not run out at {@code now}. */
    Optional<StoredChunk> get(ChunkId id, Instant now) {
        return Optional.ofNullable(chunks.getIfPresent(id)).filter(stored -> stored.expiresAt().isAfter(now));
    }

    void put(StoredChunk stored) {
        chunks.put(stored.chunk().id(), stored);
    }

    /** Its lease moved at {@code now}: a chunk that is here and alive then is told with the later end and the greater copies. */
    void merge(Held lease, Instant now) {
        chunks.asMap().computeIfPresent(lease.id(), (id, stored) -> !stored.expiresAt().isAfter(now) ? stored
                : new StoredChunk(stored.chunk(), Math.max(stored.copies(), lease.copies()),
                        stored.expiresAt().isAfter(lease.expiresAt()) ? stored.expiresAt() : lease.expiresAt()));
    }

    void remove(ChunkId id) {
        chunks.invalidate(id);
    }

    /** Hits and look-ups since the start, for the metrics. */
    com.github.benmanes.caffeine.cache.stats.CacheStats stats() {
        return chunks.stats();
    }
}
