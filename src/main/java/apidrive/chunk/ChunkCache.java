package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;

import apidrive.wire.ChunkId;

/**
 * Chunks retrieved often, checked when they came in, within a bound of bytes and of time. Those retrieved most have a
 * {@link DirectAnswer} beside their bytes, which counts towards the bound.
 */
final class ChunkCache {
    /** After so long a chunk is read again: an administrator may have deleted it by another WAR. */
    static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int BESIDE_DATA = 256;  // bytes of heap an entry takes besides its data, about
    private static final int HITS_A_COPY = 16;  // one in so many makes a copy: what is seldom retrieved hardly gets one
    private static final int PART_DIRECT = 2;  // the half: a chunk's bytes and their copy

    private final Cache<ChunkId, StoredChunk> chunks;
    private final DirectRoom room;

    /** Holds at most {@code maxBytes}, in the heap and, up to the half of it, outside; 0 holds nothing. */
    ChunkCache(long maxBytes) {
        this(maxBytes, Ticker.systemTicker());
    }

    ChunkCache(long maxBytes, Ticker ticker) {
        this.room = new DirectRoom(maxBytes / PART_DIRECT);
        this.chunks = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(ChunkCache::weight)
                .expireAfter(Expiry.creating((ChunkId id, StoredChunk stored) -> LONGEST))
                .ticker(ticker)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    /** The chunk, if it is here and its lease has not run out at {@code now}. */
    Optional<StoredChunk> get(ChunkId id, Instant now) {
        return Optional.ofNullable(chunks.getIfPresent(id)).filter(stored -> stored.expiresAt().isAfter(now))
                .map(this::warmed);
    }

    void put(StoredChunk stored) {
        chunks.put(stored.chunk().id(), stored);
    }

    /** Its lease moved at {@code now}: a chunk that is here and alive then is told with the later end and the greater copies. */
    void merge(Held lease, Instant now) {
        chunks.asMap().computeIfPresent(lease.id(), (id, stored) -> !stored.expiresAt().isAfter(now) ? stored
                : new StoredChunk(stored.chunk(), Math.max(stored.copies(), lease.copies()), later(stored.expiresAt(), lease.expiresAt()),
                        stored.slidesTo().isAfter(now) ? later(stored.slidesTo(), lease.slidesTo()) : stored.slidesTo(), Optional.empty()));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    void remove(ChunkId id) {
        chunks.invalidate(id);
    }

    /** Hits and look-ups since the start, for the metrics. */
    com.github.benmanes.caffeine.cache.stats.CacheStats stats() {
        return chunks.stats();
    }

    private static int weight(ChunkId id, StoredChunk stored) {
        return stored.chunk().size() * (stored.direct().isPresent() ? PART_DIRECT : 1) + BESIDE_DATA;
    }

    /** With a direct answer, at some hits, where there is room for one; not put back where it was changed or removed. */
    private StoredChunk warmed(StoredChunk hit) {
        if (hit.direct().isPresent() || ThreadLocalRandom.current().nextInt(HITS_A_COPY) > 0) {
            return hit;
        }
        Optional<DirectAnswer> answer = DirectAnswer.of(hit.chunk(), room);
        answer.ifPresent(made -> chunks.asMap().replace(hit.chunk().id(), hit,
                new StoredChunk(hit.chunk(), hit.copies(), hit.expiresAt(), hit.slidesTo(), answer)));
        return hit;
    }
}
