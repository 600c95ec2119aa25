package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.time.InstantSource;
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

import apidrive.wire.ChunkId;

/**
 * Lets concurrent retrievals share statements, as {@link GroupCommit} does for stores. A retrieval that finds a reader's
 * place free reads at once, on its own thread; the others wait, and whoever of them gets a place that falls free reads
 * for itself and for those behind it. Those who wait are bounded in number and time.
 */
final class GroupRead {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Completed with the results that its ids are among, or, empty, when it is this one's turn to read. */
    private record Waiting(Collection<ChunkId> ids, CompletableFuture<Optional<Map<ChunkId, GetResult>>> turn) {
    }

    private final ChunkStore store;
    private final InstantSource clock;
    private final int capacity;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int freePlaces;

    /** At most {@code readers} statements at once and {@code capacity} retrievals waiting. */
    GroupRead(ChunkStore store, InstantSource clock, int readers, int capacity) {
        this.store = store;
        this.clock = clock;
        this.freePlaces = readers;
        this.capacity = capacity;
    }

    /**
     * What {@link ChunkStore#get} says now of at most {@link ChunkStore#MAX_GET} chunks; there may be more in the answer.
     * Throws BUSY when too many wait or the turn does not come in 10 s.
     */
    Map<ChunkId, GetResult> get(Collection<ChunkId> ids) {
        Waiting mine = new Waiting(ids, new CompletableFuture<>());
        return (takesPlace(mine) ? Optional.<Map<ChunkId, GetResult>>empty() : await(mine)).orElseGet(() -> read(mine));
    }

    /** Retrievals that wait now. */
    synchronized int waiting() {
        return queue.size();
    }

    private synchronized boolean takesPlace(Waiting mine) {
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

    private Optional<Map<ChunkId, GetResult>> await(Waiting mine) {
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

    private synchronized boolean leaves(Waiting mine) {
        return queue.remove(mine);
    }

    private Map<ChunkId, GetResult> read(Waiting mine) {
        List<Waiting> group = new ArrayList<>(List.of(mine));
        try {
            Map<ChunkId, GetResult> results = store.get(gather(group), clock.instant());
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
    private synchronized Set<ChunkId> gather(List<Waiting> group) {
        Set<ChunkId> ids = new LinkedHashSet<>(group.get(0).ids());
        while (!queue.isEmpty() && ids.size() + queue.peek().ids().size() <= ChunkStore.MAX_GET) {
            Waiting next = queue.remove();
            ids.addAll(next.ids());
            group.add(next);
        }
        return ids;
    }

    private synchronized void passOn() {
        Waiting next = queue.poll();
        if (next == null) {
            freePlaces++;
        } else {
            next.turn().complete(Optional.empty());
        }
    }

    private static RuntimeException busy(Exception cause) {
        return BUSY.because("too many retrievals are waiting for the database", RETRY, cause);
    }
}
