package apidrive.chunk;

import java.time.Instant;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.wire.ChunkId;

/** Chunks retrieved often, checked when they came in, within a bound of bytes. */
final class ChunkCache {
    private static final int BESIDE_DATA = 256;  // bytes of heap an entry takes besides its data, about

    private final Cache<ChunkId, StoredChunk> chunks;

    /** Holds at most {@code maxBytes} of heap; 0 holds nothing. */
    ChunkCache(long maxBytes) {
        this.chunks = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((ChunkId id, StoredChunk stored) -> stored.chunk().size() + BESIDE_DATA)
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

    /** Hits and look-ups since the start, for the metrics. */
    com.github.benmanes.caffeine.cache.stats.CacheStats stats() {
        return chunks.stats();
    }
}
