package apidrive.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import apidrive.chunk.GetResult;
import apidrive.chunk.StoredChunk;
import apidrive.manifest.TreeWalk.Leaf;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** Leaves on their way to a reader: which are fetched together, by whom, and when. */
class ReadAheadTest {
    private static final int MOST = 16;

    private final List<Chunk> chunks = IntStream.range(0, 40).mapToObj(number -> Chunk.of(new byte[] {(byte) number})).toList();
    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private final List<Integer> fetched = new ArrayList<>();  // how many at a time
    private Problem refusal;
    private final ReadAhead leaves = new ReadAhead(this::retrieve, all(), MOST, handedOver::add);

    @Test
    void the_reader_fetches_the_first_leaf_alone_while_as_many_as_may_be_are_handed_over() {
        leaves.await();

        assertThat(fetched).containsExactly(1);
        assertThat(handedOver).hasSize(2);
        handedOver.forEach(Runnable::run);
        assertThat(fetched).containsExactly(1, MOST / 2, MOST / 2);
    }

    @Test
    void all_come_in_order_whoever_fetches_them() {
        for (int number = 0; number < chunks.size(); number++) {
            if (number % 3 == 0 && !handedOver.isEmpty()) {
                handedOver.remove().run();
            }
            assertThat(leaves.next().data()).isEqualTo(chunks.get(number).data());
        }

        assertThat(leaves.next()).isNull();
        handedOver.forEach(Runnable::run);
        assertThat(fetched).as("none is fetched twice").containsExactlyInAnyOrder(1, 8, 8, 8, 8, 7);
    }

    @Test
    void why_a_leaf_cannot_be_had_is_told_to_the_reader_when_he_comes_to_it() {
        leaves.await();
        refusal = Problem.CHUNK_DAMAGED;
        handedOver.remove().run();

        assertThat(leaves.next().data()).isEqualTo(chunks.get(0).data());
        assertThatThrownBy(leaves::next).hasMessageContaining("fail their digest");
    }

    @Test
    void another_chunk_in_place_of_a_leaf_is_refused() {
        Chunk other = chunks.get(1);
        Map<ChunkId, GetResult> answer = Map.of(chunks.get(0).id(), GetResult.found(new StoredChunk(other, 3, Instant.MAX)));
        ReadAhead mistaken = new ReadAhead(ids -> answer, all(), MOST, handedOver::add);

        assertThatThrownBy(mistaken::next).hasMessageContaining(chunks.get(0).id().toString());
    }

    @Test
    void nothing_more_is_fetched_for_a_reader_who_went_away() {
        leaves.await();
        leaves.close();
        handedOver.forEach(Runnable::run);

        assertThat(fetched).containsExactly(1);
    }

    private Map<ChunkId, GetResult> retrieve(Collection<ChunkId> ids) {
        fetched.add(ids.size());
        Map<ChunkId, GetResult> results = new HashMap<>();
        chunks.stream().filter(chunk -> ids.contains(chunk.id())).forEach(chunk -> results.put(chunk.id(), refusal == null
                ? GetResult.found(new StoredChunk(chunk, 3, Instant.MAX)) : GetResult.refused(refusal)));
        return results;
    }

    private Iterator<Leaf> all() {
        return IntStream.range(0, chunks.size()).mapToObj(number -> new Leaf(chunks.get(number).digest(), number, 1)).iterator();
    }
}
