package apidrive.repair;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.CHUNK_DELETED;
import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NO_FREE_SLOT;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/**
 * The bookkeeping of one store: which nodes were given the chunk, which have it, who stands in for one that refuses, and when
 * it may be acknowledged. It sends nothing itself.
 */
final class Spread {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final int promised;
    private final Consumer<NodeId> send;
    private final Deque<NodeId> standIns;
    private final Set<NodeId> open = new HashSet<>();
    private final List<NodeId> holders = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final CompletableFuture<List<NodeId>> acknowledged = new CompletableFuture<>();
    private final List<Problem> refusals = new ArrayList<>();

    /**
     * A store that is acknowledged after {@code promised} copies, 1 or more, are durable. {@code send} gives the chunk to one of
     * {@code standIns}, in their order, for each of the holders that fails; it must not wait for the answer.
     */
    Spread(int promised, Collection<NodeId> standIns, Consumer<NodeId> send) {
        this.promised = promised;
        this.standIns = new ArrayDeque<>(standIns);
        this.send = send;
    }

    /** The chunk is being sent to these; where they are too few for the promise, to stand-ins as well. */
    void begin(Collection<NodeId> targets) {
        synchronized (this) {
            open.addAll(targets);
        }
        targets.forEach(send);
        fill();
    }

    /** The node keeps the chunk durably. */
    void kept(NodeId node) {
        List<NodeId> enough = null;
        synchronized (this) {
            open.remove(node);
            holders.add(node);
            if (holders.size() >= promised) {
                enough = List.copyOf(holders);
            }
        }
        if (enough != null) {
            acknowledged.complete(enough);
        }
    }

    /** The node refused the chunk. */
    void refused(NodeId node, Problem why) {
        synchronized (this) {
            open.remove(node);
            failures.add(node + ": " + why.title());
            refusals.add(why);
        }
        fill();
    }

    /** Nothing is known of what became of the chunk at that node. */
    void failed(NodeId node, Throwable why) {
        synchronized (this) {
            open.remove(node);
            failures.add(node + ": " + (why instanceof ProblemException told ? told.detail() : "failed"));
        }
        fill();
    }

    /** Too long without an answer: a stand-in is given the chunk for each of those that are still silent. */
    void hurry() {
        for (int lacking = lacking(); lacking > 0; lacking--) {
            NodeId next;
            synchronized (this) {
                next = standIns.poll();
                if (next != null) {
                    open.add(next);
                }
            }
            if (next == null) {
                return;  // those that are slow may still answer
            }
            send.accept(next);
        }
    }

    /** The nodes that keep it, once they are enough; fails with ID_TAKEN, CHUNK_DELETED, NO_FREE_SLOT or BUSY when they cannot be. */
    CompletableFuture<List<NodeId>> acknowledged() {
        return acknowledged;
    }

    /** Sends to stand-ins while those that keep it and those that may are too few; gives up when there is nobody left. */
    private void fill() {
        while (true) {
            NodeId next;
            synchronized (this) {
                if (acknowledged.isDone() || holders.size() + open.size() >= promised) {
                    return;
                }
                next = standIns.poll();
                if (next != null) {
                    open.add(next);
                }
            }
            if (next == null) {
                acknowledged.completeExceptionally(failure());
                return;
            }
            send.accept(next);
        }
    }

    /** Copies that the promise lacks, whoever may still be at work on one. */
    private synchronized int lacking() {
        return acknowledged.isDone() ? 0 : promised - holders.size();
    }

    private synchronized RuntimeException failure() {
        String told = "the chunk is kept on " + holders.size() + " of the " + promised + " servers promised"
                + (failures.isEmpty() ? ", and no other can be reached" : " (" + String.join("; ", failures) + ")");
        for (Problem everywhere : List.of(ID_TAKEN, CHUNK_DELETED)) {
            if (refusals.contains(everywhere)) {
                return everywhere.because(told);
            }
        }
        return !refusals.isEmpty() && refusals.size() == failures.size() ? NO_FREE_SLOT.because(told)
                : BUSY.because(told, RETRY);
    }
}
