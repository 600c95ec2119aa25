package apidrive.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

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

    @Test
    void of_a_chunk_retrieved_often_it_holds_the_answer_outside_of_the_heap() {
        ChunkCache cache = new ChunkCache(100_000);
        StoredChunk stored = stored(1_000);
        cache.put(stored);
        DirectAnswer direct = warmed(cache, stored).direct().orElseThrow();

        byte[] bson = Format.BSON.write(new Document().with("Id", null).with("Data", stored.chunk().data()));
        assertThat(direct.bson()).isEqualTo(ByteBuffer.wrap(bson)).matches(ByteBuffer::isDirect).matches(Buffer::isReadOnly);
        assertThat(direct.bytes()).isEqualTo(ByteBuffer.wrap(stored.chunk().data())).matches(ByteBuffer::isDirect);
        assertThat(direct.bytes()).as("another reader's").isNotSameAs(direct.bytes());
    }

    @Test
    void answers_outside_of_the_heap_take_the_half_of_the_bound_at_most_and_count_towards_it() {
        ChunkCache cache = new ChunkCache(10 * Chunk.MAX_BYTES);
        List<StoredChunk> many = Stream.generate(() -> stored(Chunk.MAX_BYTES)).limit(8).toList();
        many.forEach(cache::put);
        many.forEach(one -> warmed(cache, one));

        List<StoredChunk> held = many.stream().flatMap(one -> cache.get(one.chunk().id(), NOON).stream()).toList();
        long direct = held.stream().filter(one -> one.direct().isPresent()).count();
        assertThat(direct).isBetween(1L, 4L);
        assertThat(held.size() + direct).isLessThanOrEqualTo(9);
    }

    @Test
    void a_chunk_is_read_again_after_ten_minutes_however_often_it_was_retrieved_or_renewed() {
        AtomicLong nanos = new AtomicLong();
        ChunkCache cache = new ChunkCache(100_000, nanos::get);
        StoredChunk stored = stored(1_000);
        cache.put(stored);
        nanos.set(ChunkCache.LONGEST.minusSeconds(1).toNanos());
        assertThat(warmed(cache, stored).direct()).isPresent();
        cache.put(new StoredChunk(stored.chunk(), 3, LATER.plusSeconds(60)));
        assertThat(cache.get(stored.chunk().id(), NOON)).isPresent();

        nanos.set(ChunkCache.LONGEST.plusSeconds(1).toNanos());
        assertThat(cache.get(stored.chunk().id(), NOON)).isEmpty();
    }

    /** As the cache holds it after a thousand hits. */
    private static StoredChunk warmed(ChunkCache cache, StoredChunk stored) {
        for (int i = 0; i < 1_000; i++) {
            cache.get(stored.chunk().id(), NOON);
        }
        return cache.get(stored.chunk().id(), NOON).orElse(stored);
    }

    private StoredChunk stored(int size) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        return new StoredChunk(Chunk.of(data), 3, LATER);
    }
}
