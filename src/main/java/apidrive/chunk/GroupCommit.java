package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;

/**
 * Lets concurrent stores share transactions: a few writers each take what has gathered while the commits before were
 * being flushed. A lone store waits for nobody; the more transactions are under way, the more chunks another must carry
 * to be begun beside them, for PostgreSQL is fast where they are few and large. Whatever ends lets what waits begin. The
 * queue is bounded in number, and what waited too long is refused unwritten.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private record Waiting(Put put, long sinceNanos, CompletableFuture<PutResult> result) {
    }

    private final ChunkStore store;
    private final Lease lease;
    private final InstantSource clock;
    private final long patienceNanos;
    private final int capacity;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final List<Thread> writers = new ArrayList<>();
    private int underWay;
    private boolean stopping;

    /** Starts {@code writers} threads; at most {@code capacity} chunks wait, each at most {@code patience}. */
    GroupCommit(ChunkStore store, Lease lease, InstantSource clock, int writers, int capacity, Duration patience) {
        this.store = store;
        this.lease = lease;
        this.clock = clock;
        this.patienceNanos = patience.toNanos();
        this.capacity = capacity;
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
    CompletableFuture<PutResult> submit(Put put) {
        Waiting waiting = new Waiting(put, System.nanoTime(), new CompletableFuture<>());
        synchronized (this) {
            if (stopping || queue.size() >= capacity) {
                throw busy(stopping ? "the node is stopping" : "too many chunks are waiting to be stored");
            }
            queue.add(waiting);
            if (isWorthATransaction()) {
                notify();
            }
        }
        return waiting.result();
    }

    /** Chunks that wait now. */
    synchronized int waiting() {
        return queue.size();
    }

    int capacity() {
        return capacity;
    }

    /** Stores what waits, for at most 20 seconds, and takes no more. */
    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            long until = System.nanoTime() + STOP_PATIENCE.toNanos();
            for (Thread writer : writers) {
                writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Waiting left = next(); left != null; left = next()) {
            left.result().completeExceptionally(busy("the node is stopping"));
        }
    }

    private synchronized Waiting next() {
        return queue.poll();
    }

    private void write() {
        try {
            for (List<Waiting> group = take(); !group.isEmpty(); group = take()) {
                try {
                    group.removeIf(this::isTooLate);
                    commit(group);
                } catch (RuntimeException | Error e) {
                    LOG.debug("stores failed count={}", group.size(), e);
                    group.forEach(waiting -> waiting.result().completeExceptionally(e));
                } finally {
                    ended();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for what is worth a transaction; empty when the node stops and nothing is left. */
    private synchronized List<Waiting> take() throws InterruptedException {
        while (!isWorthATransaction() && !stopping) {
            wait();
        }
        List<Waiting> group = new ArrayList<>(Math.min(queue.size(), ChunkStore.MAX_PUT));
        while (!queue.isEmpty() && group.size() < ChunkStore.MAX_PUT) {
            group.add(queue.remove());
        }
        underWay++;
        return group;
    }

    /** One chunk where none is under way, then two, four, eight: there is always one whose end lets the rest begin. */
    private boolean isWorthATransaction() {
        return queue.size() >= Math.min(ChunkStore.MAX_PUT, 1 << Math.min(underWay, 30));
    }

    private synchronized void ended() {
        underWay--;
        if (isWorthATransaction()) {
            notify();
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
        List<PutResult> results = store.put(group.stream().map(Waiting::put).toList(), lease.from(clock.instant()));
        for (int i = 0; i < group.size(); i++) {
            group.get(i).result().complete(results.get(i));
        }
    }

    private static ProblemException busy(String why) {
        return BUSY.because(why, RETRY);
    }
}
