package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Lets concurrent reads of one kind share statements, as {@link GroupCommit} does for writes. A read that finds a reader's
 * place free is done at once, on its own thread; the others wait, and whoever of them gets a place that falls free reads
 * for itself and for those behind it. Those who wait are bounded in number and time. Threads share it.
 *
 * @param <K> what is asked for, an id of a chunk for instance
 * @param <V> what is there
 */
public final class GroupRead<K, V> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Completed with the results that its ids are among, or, empty, when it is this one's turn to read. */
    private record Waiting<K, V>(Collection<K> ids, CompletableFuture<Optional<Map<K, V>>> turn) {
    }

    private final Function<Set<K>, Map<K, V>> statement;
    private final int most;
    private final int capacity;
    private final Deque<Waiting<K, V>> queue = new ArrayDeque<>();
    private int freePlaces;

    /**
     * At most {@code readers} statements at once and {@code capacity} reads waiting; {@code statement} reads at most {@code most}, unless
     * somebody asks for more at once.
     */
    public GroupRead(Function<Set<K>, Map<K, V>> statement, int most, int readers, int capacity) {
        this.statement = statement;
        this.most = most;
        this.freePlaces = readers;
        this.capacity = capacity;
    }

    /**
     * What the statement says now of these; there may be more in the answer. Throws BUSY when too many wait or the turn does not
     * come in 10 s.
     */
    public Map<K, V> get(Collection<K> ids) {
        Waiting<K, V> mine = new Waiting<>(ids, new CompletableFuture<>());
        return (takesPlace(mine) ? Optional.<Map<K, V>>empty() : await(mine)).orElseGet(() -> read(mine));
    }

    /** Reads that wait now. */
    synchronized int waiting() {
        return queue.size();
    }

    private synchronized boolean takesPlace(Waiting<K, V> mine) {
        if (freePlaces > 0) {
            freePlaces--;
            return true;
        }
        if (queue.size() >= capacity) {
            throw busy(null);
        }
        queue.add(mine);
        return false;
    }

    private Optional<Map<K, V>> await(Waiting<K, V> mine) {
        try {
            return mine.turn().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new CompletionException(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            if (!leaves(mine)) {  // its turn came, or its chunks are being read
                return mine.turn().join();
            }
            throw busy(e);
        }
    }

    private synchronized boolean leaves(Waiting<K, V> mine) {
        return queue.remove(mine);
    }

    private Map<K, V> read(Waiting<K, V> mine) {
        List<Waiting<K, V>> group = new ArrayList<>(List.of(mine));
        try {
            Map<K, V> results = statement.apply(gather(group));
            group.forEach(one -> one.turn().complete(Optional.of(results)));
            return results;
        } catch (RuntimeException | Error e) {
            group.forEach(one -> one.turn().completeExceptionally(e));
            throw e;
        } finally {
            passOn();
        }
    }

    /** Adds to the group those waiting, in their order, whose ids there is room for; returns all ids. */
    private synchronized Set<K> gather(List<Waiting<K, V>> group) {
        Set<K> ids = new LinkedHashSet<>(group.get(0).ids());
        while (!queue.isEmpty() && ids.size() + queue.peek().ids().size() <= most) {
            Waiting<K, V> next = queue.remove();
            ids.addAll(next.ids());
            group.add(next);
        }
        return ids;
    }

    private synchronized void passOn() {
        Waiting<K, V> next = queue.poll();
        if (next == null) {
            freePlaces++;
        } else {
            next.turn().complete(Optional.empty());
        }
    }

    private static RuntimeException busy(Exception cause) {
        return BUSY.because("too many reads are waiting for the database", RETRY, cause);
    }
}
