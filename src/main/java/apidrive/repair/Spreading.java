package apidrive.repair;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.Lease;
import apidrive.chunk.Put;
import apidrive.chunk.Refusals;
import apidrive.job.Job;
import apidrive.placement.Placement;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/**
 * Stores a user's chunk on the nodes where it belongs. All of them are sent to at the same time; the answer comes after the
 * promised number is durable. Whoever keeps it first notes, in the same transaction, which other holders are owed a copy; a
 * copy that is confirmed is struck off. A node that is no holder keeps nothing itself, unless too few holders answer.
 */
public final class Spreading {
    /** So long the nodes that are sent to have for their answers, before others stand in. */
    public static final Duration HURRY = Duration.ofSeconds(2);

    private final Network network;
    private final OwnChunks own;
    private final Couriers couriers;
    private final Receipts receipts;
    private final Lease lease;
    private final InstantSource clock;
    private final Executor later;

    /** {@code executor} runs calls to peers, {@code later} what it is given {@link #HURRY} after that. */
    public Spreading(Network network, OwnChunks own, Peers peers, HealQueue queue, Lease lease, InstantSource clock,
            Executor executor, Executor later) {
        this.network = network;
        this.own = own;
        this.couriers = new Couriers(peers, executor);
        this.receipts = new Receipts(queue);
        this.lease = lease;
        this.clock = clock;
        this.later = later;
    }

    /** The job that strikes confirmed copies off the heal queue. */
    public Job receipts() {
        return receipts;
    }

    /** Chunks that wait to be sent to other nodes. */
    public int waiting() {
        return couriers.waiting();
    }

    /**
     * Stores the chunk. The future fails with ID_TAKEN, NO_FREE_SLOT or BUSY, or with the database's failure where that is what
     * the promise fails of. May throw BUSY at once.
     */
    public CompletableFuture<Stored> store(Chunk chunk, Wish wish) {
        NodeId self = network.self();
        Placement placement = network.placement();
        List<NodeId> ranking = placement.ranking(placement.part(chunk.id()));
        List<NodeId> holders = ranking.subList(0, Math.min(wish.copies(), ranking.size()));
        boolean isAlone = holders.isEmpty() ? network.takesChunks() : holders.equals(List.of(self));
        if (isAlone && Math.min(wish.ack(), network.size()) == 1) {
            return keepAlone(chunk, wish);
        }
        List<NodeId> targets = holders.stream().filter(network::isReachable)
                .filter(node -> !node.equals(self) || network.takesChunks()).toList();
        List<NodeId> standIns = new ArrayList<>(ranking.stream().skip(holders.size()).filter(network::isReachable).toList());
        if (!targets.contains(self) && !standIns.contains(self) && network.takesChunks()) {
            standIns.add(self);
        }
        return new Sending(chunk, wish, holders).to(targets, standIns);
    }

    private CompletableFuture<Stored> keepAlone(Chunk chunk, Wish wish) {
        return own.keep(Put.ofUser(chunk, wish.copies(), Set.of())).thenApply(result -> {
            result.refusal().ifPresent(problem -> {
                throw Refusals.of(problem, chunk.id());
            });
            return new Stored(new ChunkInfo(chunk.id(), chunk.digest(), chunk.size(), result.expiresAt()),
                    List.of(network.self()));
        });
    }

    /** Finds stand-ins for those who are silent. What is acknowledged is let go of, since it holds the chunk. */
    private static final class Hurry implements Runnable {
        private volatile Spread spread;

        private Hurry(Spread spread) {
            this.spread = spread;
        }

        @Override
        public void run() {
            Spread waiting = spread;
            if (waiting != null) {
                waiting.hurry();
            }
        }
    }

    /** One chunk on its way to several nodes. */
    private final class Sending {
        private final Chunk chunk;
        private final Wish wish;
        private final List<NodeId> holders;
        private final ChunkInfo info;
        private final List<NodeId> confirmed = new ArrayList<>();
        private Spread spread;
        private NodeId noting;
        private boolean isNoted;

        private Sending(Chunk chunk, Wish wish, List<NodeId> holders) {
            this.chunk = chunk;
            this.wish = wish;
            this.holders = holders;
            this.info = new ChunkInfo(chunk.id(), chunk.digest(), chunk.size(), lease.from(clock.instant()).until());
        }

        private CompletableFuture<Stored> to(List<NodeId> targets, List<NodeId> standIns) {
            spread = new Spread(Math.min(wish.ack(), network.size()), standIns, this::send);
            noting = targets.contains(network.self()) || targets.isEmpty() ? network.self() : targets.get(0);
            spread.begin(targets);
            CompletableFuture<List<NodeId>> acknowledged = spread.acknowledged();
            if (!acknowledged.isDone()) {
                Hurry hurry = new Hurry(spread);
                acknowledged.whenComplete((nodes, failure) -> hurry.spread = null);
                later.execute(hurry);
            }
            return acknowledged.thenApply(nodes -> new Stored(info, selfFirst(nodes)));
        }

        private void send(NodeId node) {
            List<NodeId> owed = node.equals(noting) || !holders.contains(node)
                    ? holders.stream().filter(holder -> !holder.equals(node)).toList() : List.of();
            CompletableFuture<Optional<Problem>> answer;
            try {
                answer = node.equals(network.self())
                        ? own.keep(Put.ofUser(chunk, wish.copies(), owed)).thenApply(result -> result.refusal())
                        : couriers.send(node, Replica.ofFresh(chunk, wish.copies(), lease.lifetime(), owed));
            } catch (RuntimeException e) {
                answer = CompletableFuture.failedFuture(e);
            }
            answer.whenComplete((refusal, thrown) -> arrived(node, refusal, thrown));
        }

        private void arrived(NodeId node, Optional<Problem> refusal, Throwable thrown) {
            if (thrown != null) {
                spread.failed(node, thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause() : thrown);
            } else if (refusal.isPresent()) {
                spread.refused(node, refusal.get());
            } else {
                confirm(node);
                spread.kept(node);
            }
        }

        /** What a holder confirmed is struck off once this node's own transaction has noted it. */
        private synchronized void confirm(NodeId node) {
            isNoted |= node.equals(network.self());
            confirmed.add(node);
            if (isNoted) {
                confirmed.stream().filter(holder -> !holder.equals(network.self()))
                        .forEach(holder -> receipts.add(new HealQueue.Need(chunk.id(), holder, Set.of())));
                confirmed.clear();
            }
        }

        private List<NodeId> selfFirst(List<NodeId> nodes) {
            List<NodeId> ordered = new ArrayList<>(nodes);
            if (ordered.remove(network.self())) {
                ordered.add(0, network.self());
            }
            return ordered;
        }
    }
}
