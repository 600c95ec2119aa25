package apidrive.object;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.CHUNK_AWAY;
import static apidrive.problem.Problem.NOT_READY;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import apidrive.chunk.GetResult;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** Chunks for a reader who is in the middle of an object: what meets a crowd, or a holder that is away, is asked for again. */
final class Retrieval {
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ChunkSource chunks;
    private final BooleanSupplier isWanted;

    /** Stops asking where nobody reads any more. */
    Retrieval(ChunkSource chunks, BooleanSupplier isWanted) {
        this.chunks = chunks;
        this.isWanted = isWanted;
    }

    /** All of the chunks, at most {@link apidrive.chunk.ChunkStore#MAX_GET}; throws why one of them cannot be had. */
    Map<ChunkId, Chunk> of(Collection<ChunkId> ids) {
        Map<ChunkId, Chunk> found = new HashMap<>();
        long begun = System.nanoTime();
        long pause = FIRST_PAUSE.toMillis();
        while (isWanted.getAsBoolean()) {
            List<ChunkId> missing = ids.stream().filter(id -> !found.containsKey(id)).distinct().toList();
            ProblemException refused = retrieve(missing, found);
            if (refused == null) {
                return found;
            }
            boolean passes = refused.problem() == BUSY || refused.problem() == NOT_READY || refused.problem() == CHUNK_AWAY;
            if (!passes || System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw refused;
            }
            pause(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));  // or a crowd would come back as one
            pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis());
        }
        return found;
    }

    /** Adds those that can be had to {@code found}; why one of the others cannot, null when there is none. */
    private ProblemException retrieve(List<ChunkId> ids, Map<ChunkId, Chunk> found) {
        try {
            ProblemException first = null;
            for (Map.Entry<ChunkId, GetResult> result : chunks.retrieve(ids).entrySet()) {
                if (result.getValue().refusal().isEmpty()) {
                    found.put(result.getKey(), result.getValue().stored().chunk());
                } else if (first == null) {
                    first = result.getValue().failure(result.getKey()).orElseThrow();
                }
            }
            return first;
        } catch (ProblemException refused) {
            return refused;
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BUSY.because("the node is stopping", RETRY, e);
        }
    }
}
