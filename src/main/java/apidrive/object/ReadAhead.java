package apidrive.object;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.CHUNK_DAMAGED;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

import apidrive.chunk.ChunkStore;
import apidrive.chunk.Refusals;
import apidrive.manifest.TreeWalk.Leaf;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/**
 * Fetches leaves in order, some ahead of whoever takes them: in groups, each from as many holders as it takes, two groups at a
 * time. The first is one leaf, so that the first byte is not kept waiting, and the reader fetches it himself; the others are as large as
 * may be, for each is an exchange with whoever keeps them.
 */
final class ReadAhead implements AutoCloseable {
    private static final int GROUPS = 2;
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** A leaf and its bytes. */
    record Fetched(Leaf leaf, byte[] data) {
    }

    private record Group(List<Leaf> leaves, FutureTask<Map<ChunkId, Chunk>> fetching) {
    }

    private final Retrieval retrieval;
    private final Iterator<Leaf> leaves;
    private final Executor executor;
    private final int mostInGroup;
    private final Deque<Group> groups = new ArrayDeque<>();
    private final Deque<Fetched> ready = new ArrayDeque<>();
    private int inGroup = 1;
    private volatile boolean isClosed;

    /** At most {@code most} leaves are fetched that nobody has taken yet, and at least one; {@code executor} runs the fetching. */
    ReadAhead(ChunkSource chunks, Iterator<Leaf> leaves, int most, Executor executor) {
        this.retrieval = new Retrieval(chunks, () -> !isClosed);
        this.leaves = leaves;
        this.executor = executor;
        this.mostInGroup = Math.max(1, Math.min(ChunkStore.MAX_GET, most / GROUPS));
    }

    /** Waits until the next leaf is here, without taking it; does nothing when there is none. Throws as {@link #next}. */
    void await() {
        fill();
        if (ready.isEmpty() && !groups.isEmpty()) {
            Group group = groups.remove();
            Map<ChunkId, Chunk> came = fetched(group.fetching());
            fill();
            group.leaves().forEach(leaf -> ready.add(new Fetched(leaf, checked(leaf, came).data())));
        }
    }

    /** The next leaf; null after the last. Throws why it cannot be had. */
    Fetched next() {
        await();
        return ready.poll();
    }

    /** Nothing more is fetched. */
    @Override
    public void close() {
        isClosed = true;
    }

    private void fill() {
        while (groups.size() < GROUPS && leaves.hasNext()) {
            List<Leaf> group = new ArrayList<>();
            while (group.size() < inGroup && leaves.hasNext()) {
                group.add(leaves.next());
            }
            FutureTask<Map<ChunkId, Chunk>> fetching = new FutureTask<>(() -> retrieval.of(ids(group)));
            if (!groups.isEmpty()) {
                executor.execute(fetching);  // the first is the reader's own
            }
            groups.add(new Group(group, fetching));
            inGroup = mostInGroup;
        }
    }

    private static List<ChunkId> ids(List<Leaf> group) {
        return group.stream().map(leaf -> ChunkId.of(leaf.digest())).toList();
    }

    private static Chunk checked(Leaf leaf, Map<ChunkId, Chunk> came) {
        ChunkId id = ChunkId.of(leaf.digest());
        Chunk chunk = came.get(id);
        if (chunk == null || chunk.size() != leaf.size() || !chunk.digest().equals(leaf.digest())) {
            throw Refusals.of(CHUNK_DAMAGED, id);
        }
        return chunk;
    }

    private static Map<ChunkId, Chunk> fetched(FutureTask<Map<ChunkId, Chunk>> fetching) {
        fetching.run();  // here, unless somebody has begun
        try {
            return fetching.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BUSY.because("the node is stopping", RETRY, e);
        }
    }
}
