package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;

/**
 * Lets concurrent stores share transactions: a few writers each take what has gathered while the commits before were
 * being flushed. A lone store waits for nobody; under load a transaction carries many chunks, which is where PostgreSQL
 * is fast. The queue is bounded in number, and what waited too long is refused unwritten.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 200;  // how soon an idle writer sees that it should stop

    private record Waiting(Chunk chunk, long sinceNanos, CompletableFuture<PutResult> result) {
    }

    private final ChunkStore store;
    private final Lease lease;
    private final InstantSource clock;
    private final long patienceNanos;
    private final BlockingQueue<Waiting> queue;
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean stopping;

    /** Starts {@code writers} threads; at most {@code capacity} chunks wait, each at most {@code patience}. */
    GroupCommit(ChunkStore store, Lease lease, InstantSource clock, int writers, int capacity, Duration patience) {
        this.store = store;
        this.lease = lease;
        this.clock = clock;
        this.patienceNanos = patience.toNanos();
        this.queue = new ArrayBlockingQueue<>(capacity);
        for (int i = 0; i < writers; i++) {
            Thread writer = new Thread(this::write, "apidrive-store-" + i);
            writer.setDaemon(true);
            writer.start();
            this.writers.add(writer);
        }
    }

    /**
     * Hands over a chunk. The future completes after the commit that holds the chunk was flushed, or exceptionally with
     * a {@link ProblemException} or the failure of the database. Throws BUSY when the queue is full.
     */
    CompletableFuture<PutResult> submit(Chunk chunk) {
        Waiting waiting = new Waiting(chunk, System.nanoTime(), new CompletableFuture<>());
        if (stopping || !queue.offer(waiting)) {
            throw busy(stopping ? "the node is stopping" : "too many chunks are waiting to be stored");
        }
        return waiting.result();
    }

    /** Chunks that wait now. */
    int waiting() {
        return queue.size();
    }

    int capacity() {
        return queue.size() + queue.remainingCapacity();
    }

    /** Stores what waits, for at most 20 seconds, and takes no more. */
    @Override
    public void close() {
        stopping = true;
        try {
            long until = System.nanoTime() + STOP_PATIENCE.toNanos();
            for (Thread writer : writers) {
                writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Waiting> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(waiting -> waiting.result().completeExceptionally(busy("the node is stopping")));
    }

    private void write() {
        List<Waiting> group = new ArrayList<>(ChunkStore.MAX_PUT);
        while (true) {
            group.clear();
            try {
                Waiting first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null && stopping) {
                    return;
                }
                if (first != null) {
                    group.add(first);
                    queue.drainTo(group, ChunkStore.MAX_PUT - 1);
                    group.removeIf(this::isTooLate);
                    commit(group);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                LOG.debug("stores failed count={}", group.size(), e);
                group.forEach(waiting -> waiting.result().completeExceptionally(e));
            }
        }
    }

    private boolean isTooLate(Waiting waiting) {
        boolean late = System.nanoTime() - waiting.sinceNanos() > patienceNanos;
        if (late) {
            waiting.result().completeExceptionally(busy("the chunk waited too long to be stored"));
        }
        return late;
    }

    private void commit(List<Waiting> group) {
        if (group.isEmpty()) {
            return;
        }
        List<PutResult> results = store.put(group.stream().map(Waiting::chunk).toList(), lease.from(clock.instant()));
        for (int i = 0; i < group.size(); i++) {
            group.get(i).result().complete(results.get(i));
        }
    }

    private static ProblemException busy(String why) {
        return BUSY.because(why, RETRY);
    }
}
