package apidrive.repair;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import apidrive.problem.Problem;
import apidrive.wire.NodeId;

/**
 * Carries fresh chunks to other nodes: those that are bound for the same one while a call is under way share the next, and
 * what nobody waits for travels with what somebody does. What waits is bounded, so that a slow node costs the others nothing.
 */
final class Couriers {
    private static final int UNDER_WAY = 2;  // calls to one node at once: one travels while the other is being committed
    private static final int WORTH_ANOTHER = 4;  // chunks: a call and its transaction cost as much as some of them
    private static final int WAITING = 1_024;  // chunks for one node: 64 MiB
    private static final Duration RETRY = Duration.ofSeconds(1);

    private record Parcel(Supplier<Replica> replica, CompletableFuture<Optional<Problem>> receipt) {
    }

    private final Peers peers;
    private final Executor executor;
    private final Executor later;
    private final Map<NodeId, Courier> couriers = new ConcurrentHashMap<>();

    /** {@code executor} begins calls, {@code later} what it is given {@link Spreading#LEISURE} after that. */
    Couriers(Peers peers, Executor executor, Executor later) {
        this.peers = peers;
        this.executor = executor;
        this.later = later;
    }

    /**
     * Completes with why the node refused the chunk, empty when it keeps it durably, or with the failure of the call.
     * {@code replica} is asked for when the call begins, and may tell what time has gone until then. Unless it {@code isAwaited}
     * it may be kept back for {@link Spreading#LEISURE}.
     */
    CompletableFuture<Optional<Problem>> send(NodeId node, Supplier<Replica> replica, boolean isAwaited) {
        return couriers.computeIfAbsent(node, Courier::new).send(replica, isAwaited);
    }

    /** Somebody waits now for what is on its way to the node. */
    void hasten(NodeId node) {
        Optional.ofNullable(couriers.get(node)).ifPresent(Courier::hasten);
    }

    /** Chunks that wait to be sent. */
    int waiting() {
        return couriers.values().stream().mapToInt(Courier::waiting).sum();
    }

    private final class Courier {
        private final NodeId node;
        private final Deque<Parcel> queue = new ArrayDeque<>();
        private int underWay;
        private boolean isAwaited;  // something of the queue
        private boolean isTimed;

        private Courier(NodeId node) {
            this.node = node;
        }

        private CompletableFuture<Optional<Problem>> send(Supplier<Replica> replica, boolean awaited) {
            Parcel parcel = new Parcel(replica, new CompletableFuture<>());
            boolean isFirst;
            synchronized (this) {
                if (queue.size() >= WAITING) {
                    return CompletableFuture.failedFuture(BUSY.because("too many chunks wait for server " + node, RETRY));
                }
                queue.add(parcel);
                isAwaited |= awaited;
                isFirst = !isAwaited && !isTimed;
                isTimed |= isFirst;
            }
            if (isFirst) {
                later.execute(this::leisureIsOver);
            }
            begin();
            return parcel.receipt();
        }

        private void leisureIsOver() {
            synchronized (this) {
                isTimed = false;
            }
            hasten();
        }

        private void hasten() {
            synchronized (this) {
                isAwaited = !queue.isEmpty();
            }
            begin();
        }

        private void begin() {
            synchronized (this) {
                if (underWay == UNDER_WAY || !isWorthACall()) {
                    return;
                }
                underWay++;
            }
            executor.execute(this::next);
        }

        /** Beside one that is under way it takes some chunks, whoever waits for them. */
        private boolean isWorthACall() {
            return queue.size() >= WORTH_ANOTHER || isAwaited && underWay == 0;
        }

        private synchronized int waiting() {
            return queue.size();
        }

        /** Sends what waits; with the answer goes what has gathered meanwhile. */
        private void next() {
            List<Parcel> load = take();
            if (load.isEmpty()) {
                return;
            }
            CompletableFuture<List<Optional<Problem>>> answers;
            try {
                answers = peers.shelf(node).send(load.stream().map(parcel -> parcel.replica().get()).toList());
            } catch (RuntimeException | Error e) {
                answers = CompletableFuture.failedFuture(e);
            }
            answers.whenComplete((kept, failure) -> {
                for (int i = 0; i < load.size(); i++) {
                    if (failure == null) {
                        load.get(i).receipt().complete(kept.get(i));
                    } else {
                        load.get(i).receipt().completeExceptionally(failure);
                    }
                }
                next();
            });
        }

        /** What waits, at most a call's worth; empty when that is not worth one: then one call less is under way. */
        private synchronized List<Parcel> take() {
            List<Parcel> load = new ArrayList<>();
            if (isAwaited || queue.size() >= WORTH_ANOTHER) {
                while (!queue.isEmpty() && load.size() < Shelf.MAX_CHUNKS) {
                    load.add(queue.remove());
                }
            }
            isAwaited &= !queue.isEmpty();
            if (load.isEmpty()) {
                underWay--;
            }
            return load;
        }
    }
}
