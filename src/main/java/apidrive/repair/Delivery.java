package apidrive.repair;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import apidrive.chunk.Lease;
import apidrive.chunk.PutResult;
import apidrive.problem.Problem;
import apidrive.wire.NodeId;

/** Hands what users store to a node: this one, or another by courier. */
final class Delivery {
    private static final Optional<Problem> DELETED = Optional.of(Problem.CHUNK_DELETED);

    private final NodeId self;
    private final Intake intake;
    private final Couriers couriers;
    private final Lease lease;
    private final InstantSource clock;

    Delivery(NodeId self, Intake intake, Couriers couriers, Lease lease, InstantSource clock) {
        this.self = self;
        this.intake = intake;
        this.couriers = couriers;
        this.lease = lease;
        this.clock = clock;
    }

    /**
     * Completes with why the node refused the chunk, empty when it keeps it durably, or with what the call failed of; with the chunk
     * the node notes that {@code owed} lack it. A node that knows of a deletion refuses what a user stores. Told how long ago this
     * store began it undoes that, or it says again that the chunk is deleted, since then: so this store came first, is done, and what
     * it left is gone by right. What a holder claims is to be kept whatever was deleted meanwhile: sent again it begins then, and is
     * refused only where the holder has ended. Unless it {@code isAwaited} the chunk may travel later, with others.
     */
    CompletableFuture<Optional<Problem>> deliver(NodeId node, Fresh fresh, List<NodeId> owed, boolean isAwaited) {
        return hand(node, () -> held(fresh, Replica.ofFresh(fresh.chunk(), fresh.wish().copies(), lease.lifetime(), owed)), isAwaited)
                .thenCompose(refusal -> !refusal.equals(DELETED) ? CompletableFuture.completedFuture(refusal)
                        : hand(node, () -> held(fresh, insisted(fresh, owed)), true)
                                .thenApply(again -> again.equals(DELETED) && fresh.holder().isEmpty() ? Optional.empty() : again));
    }

    /** What travels to the node is awaited after all. */
    void hasten(NodeId node) {
        couriers.hasten(node);
    }

    private Replica insisted(Fresh fresh, List<NodeId> owed) {
        Duration left = fresh.holder().isPresent() ? lease.lifetime() : lease.lifetime().minus(since(fresh));
        return Replica.ofInsisted(fresh.chunk(), fresh.wish().copies(), left, owed);
    }

    private static Replica held(Fresh fresh, Replica replica) {
        return fresh.holder().map(one -> replica.heldBy(List.of(new Hold(one, replica.left())))).orElse(replica);
    }

    private CompletableFuture<Optional<Problem>> hand(NodeId node, Supplier<Replica> replica, boolean isAwaited) {
        try {
            return node.equals(self) ? intake.keep(replica.get(), clock.instant()).thenApply(PutResult::refusal)
                    : couriers.send(node, replica, isAwaited);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** In whole milliseconds, as nodes tell durations, and rather less: who deletes and stores at once wants it stored. */
    private Duration since(Fresh fresh) {
        return Duration.ofMillis(Math.max(0, Duration.between(fresh.began(), clock.instant()).toMillis()));
    }
}
