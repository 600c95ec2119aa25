package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;

/**
 * Lets concurrent writes of one kind share transactions: a few writers each take what has gathered while the commits before
 * were being flushed. A lone write waits for nobody; where there was company a moment ago, as many are waited for as there were then,
 * some at most and for milliseconds (PostgreSQL has {@code commit_delay} and {@code commit_siblings} to such an end, which share the
 * flush alone). The more transactions are under way, the more writes another must carry to be begun beside them, for PostgreSQL is
 * fast where they are few and large. Whatever ends lets what waits begin. The queue is bounded in number, and what waited too long is
 * refused unwritten. Threads share it.
 *
 * @param <W> what is to be written: a chunk, the names of an object
 * @param <R> what became of it
 */
public final class GroupCommit<W, R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final Duration GATHERING = Duration.ofMillis(5);  // twice what a flush takes
    private static final int LONGEST = 3;  // times that, where transactions take as long

    /**
     * How writes share transactions.
     *
     * @param most    writes in one, at most
     * @param company writes, 2 or more: with more a transaction costs each of them hardly less
     * @param writers transactions at once
     */
    public record Sharing(int most, int company, int writers) {
    }

    private record Waiting<W, R>(W write, long sinceNanos, CompletableFuture<R> result) {
    }

    private final Function<List<W>, List<R>> transaction;
    private final Sharing sharing;
    private final long patienceNanos;
    private final int capacity;
    private final long gatheringNanos;
    private final Deque<Waiting<W, R>> queue = new ArrayDeque<>();
    private final List<Thread> writers = new ArrayList<>();
    private int underWay;
    private int expected = 1;
    private long expectedUntil;
    private boolean stopping;

    /**
     * Starts its threads; at most {@code capacity} writes wait, each at most {@code patience}.
     *
     * @param name        what the threads are called by
     * @param transaction commits some writes, in their order, and returns what became of each; what it throws they all get
     */
    public GroupCommit(String name, Function<List<W>, List<R>> transaction, Sharing sharing, int capacity, Duration patience) {
        this(name, transaction, sharing, capacity, patience, GATHERING);
    }

    /**
     * As the other; {@code gathering} is how long company is waited for, from the end of the transaction before: longer where that took
     * longer itself, three times as long at most.
     */
    GroupCommit(String name, Function<List<W>, List<R>> transaction, Sharing sharing, int capacity, Duration patience,
            Duration gathering) {
        this.transaction = transaction;
        this.sharing = sharing;
        this.patienceNanos = patience.toNanos();
        this.capacity = capacity;
        this.gatheringNanos = gathering.toNanos();
        this.expectedUntil = System.nanoTime();
        for (int i = 0; i < sharing.writers(); i++) {
            Thread writer = new Thread(this::write, "apidrive-" + name + "-" + i);
            writer.setDaemon(true);
            writer.start();
            this.writers.add(writer);
        }
    }

    /**
     * Hands over a write. The future completes after the commit that holds it was flushed, or exceptionally with
     * a {@link ProblemException} or the failure of the database. Throws BUSY when the queue is full.
     */
    public synchronized CompletableFuture<R> submit(W write) {
        CompletableFuture<R> result = add(write);
        beginIfWorthIt();
        return result;
    }

    /** As the other for writes that came together, for one transaction where they fit into it. Where the queue is full a future fails. */
    public synchronized List<CompletableFuture<R>> submit(List<W> writes) {
        List<CompletableFuture<R>> results = new ArrayList<>();
        for (W write : writes) {
            try {
                results.add(add(write));
            } catch (ProblemException busy) {
                results.add(CompletableFuture.failedFuture(busy));
            }
        }
        beginIfWorthIt();
        return results;
    }

    /** Writes that wait now. */
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
        for (Waiting<W, R> left = next(); left != null; left = next()) {
            left.result().completeExceptionally(busy("the node is stopping"));
        }
    }

    private CompletableFuture<R> add(W write) {
        if (stopping || queue.size() >= capacity) {
            throw busy(stopping ? "the node is stopping" : "too much is waiting to be stored");
        }
        Waiting<W, R> waiting = new Waiting<>(write, System.nanoTime(), new CompletableFuture<>());
        queue.add(waiting);
        return waiting.result();
    }

    /** Wakes a writer, also one that is to look at the clock while company is waited for. */
    private void beginIfWorthIt() {
        if (!queue.isEmpty() && (underWay == 0 || isWorthATransaction())) {
            notify();
        }
    }

    private synchronized Waiting<W, R> next() {
        return queue.poll();
    }

    private void write() {
        try {
            for (List<Waiting<W, R>> group = take(); !group.isEmpty(); group = take()) {
                try {
                    group.removeIf(this::isTooLate);
                    commit(group);
                } catch (RuntimeException | Error e) {
                    LOG.debug("writes failed count={}", group.size(), e);
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
    private synchronized List<Waiting<W, R>> take() throws InterruptedException {
        while (!isWorthATransaction() && !stopping) {
            boolean isGathering = underWay == 0 && !queue.isEmpty();
            wait(isGathering ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(expectedUntil - System.nanoTime())) : 0);
        }
        List<Waiting<W, R>> group = new ArrayList<>(Math.min(queue.size(), sharing.most()));
        while (!queue.isEmpty() && group.size() < sharing.most()) {
            group.add(queue.remove());
        }
        underWay++;
        return group;
    }

    /** Those that are expected where none is under way, then company, its square: there is always one whose end lets the rest begin. */
    private boolean isWorthATransaction() {
        int least = underWay > 0 ? (int) Math.min(sharing.most(), Math.pow(sharing.company(), underWay))
                : System.nanoTime() - expectedUntil < 0 ? expected : 1;
        return queue.size() >= least;
    }

    /** Who had company may have it again; to be told before anybody hears of his write, for then the next comes from himself. */
    private synchronized void expect(int written, long took) {
        expected = Math.min(Math.min(sharing.company(), sharing.most()), written + queue.size());
        expectedUntil = System.nanoTime() + Math.max(gatheringNanos, Math.min(took, LONGEST * gatheringNanos));
    }

    private synchronized void ended() {
        underWay--;
        beginIfWorthIt();
    }

    private boolean isTooLate(Waiting<W, R> waiting) {
        boolean late = System.nanoTime() - waiting.sinceNanos() > patienceNanos;
        if (late) {
            waiting.result().completeExceptionally(busy("it waited too long to be stored"));
        }
        return late;
    }

    private void commit(List<Waiting<W, R>> group) {
        if (group.isEmpty()) {
            return;
        }
        long begun = System.nanoTime();
        List<R> results = transaction.apply(group.stream().map(Waiting::write).toList());
        expect(group.size(), System.nanoTime() - begun);
        for (int i = 0; i < group.size(); i++) {
            group.get(i).result().complete(results.get(i));
        }
    }

    private static ProblemException busy(String why) {
        return BUSY.because(why, RETRY);
    }
}
