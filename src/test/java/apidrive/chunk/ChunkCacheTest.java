package apidrive.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import apidrive.wire.Chunk;

class ChunkCacheTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(60);

    private final Random random = new Random(5);

    @Test
    void gives_back_what_it_holds_until_the_lease_ends() {
        ChunkCache cache = new ChunkCache(100_000);
        StoredChunk stored = stored(1_000);
        cache.put(stored);

        assertThat(cache.get(stored.chunk().id(), LATER.minusNanos(1))).contains(stored);
        assertThat(cache.get(stored.chunk().id(), LATER)).isEmpty();
    }

    @Test
    void takes_the_later_lease_of_a_chunk_it_holds() {
        ChunkCache cache = new ChunkCache(100_000);
        StoredChunk stored = stored(1_000);
        cache.put(stored);
        cache.put(new StoredChunk(stored.chunk(), 3, LATER.plusSeconds(60)));

        assertThat(cache.get(stored.chunk().id(), LATER)).isPresent();
    }

    @Test
    void holds_no_more_bytes_than_its_bound() {
        ChunkCache cache = new ChunkCache(10 * Chunk.MAX_BYTES);
        List<StoredChunk> many = Stream.generate(() -> stored(Chunk.MAX_BYTES)).limit(50).toList();
        many.forEach(cache::put);

        assertThat(many.stream().filter(one -> cache.get(one.chunk().id(), NOON).isPresent()).count())
                .isBetween(1L, 9L);  // ten would fit but for what each takes besides its data
    }

    @Test
    void counts_what_an_empty_chunk_takes() {
        ChunkCache cache = new ChunkCache(100);
        cache.put(stored(0));

        assertThat(cache.get(Chunk.of(new byte[0]).id(), NOON)).isEmpty();
    }

    @Test
    void of_no_bytes_holds_nothing() {
        ChunkCache cache = new ChunkCache(0);
        StoredChunk stored = stored(10);
        cache.put(stored);

        assertThat(cache.get(stored.chunk().id(), NOON)).isEmpty();
    }

    private StoredChunk stored(int size) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        return new StoredChunk(Chunk.of(data), 3, LATER);
    }
}
