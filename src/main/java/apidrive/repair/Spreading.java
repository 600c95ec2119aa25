package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.Claim;
import apidrive.chunk.Lease;
import apidrive.chunk.Put;
import apidrive.chunk.PutResult;
import apidrive.chunk.Refusals;
import apidrive.job.Job;
import apidrive.placement.Placement;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/**
 * Stores a user's chunk on the nodes where it belongs. All of them are sent to at the same time; the answer comes after the
 * promised number is durable. One of them notes, in the same transaction, which other holders are owed a copy, or another
 * where that one fails; a copy that is confirmed is struck off. A node that is no holder keeps nothing itself, unless too
 * few holders answer.
 */
public final class Spreading {
    /** So long the nodes that are sent to have for their answers, before others stand in. */
    public static final Duration HURRY = Duration.ofSeconds(2);
    private static final Optional<Problem> DELETED = Optional.of(Problem.CHUNK_DELETED);

    private final Network network;
    private final OwnChunks own;
    private final Intake intake;
    private final Couriers couriers;
    private final Receipts receipts;
    private final Lease lease;
    private final InstantSource clock;
    private final Executor later;

    /** {@code executor} begins calls to peers, {@code later} what it is given {@link #HURRY} after that. */
    public Spreading(Network network, OwnChunks own, Peers peers, HealQueue queue, Lease lease, InstantSource clock,
            Executor executor, Executor later) {
        this.network = network;
        this.own = own;
        this.intake = new Intake(own, lease);
        this.couriers = new Couriers(peers, executor);
        this.receipts = new Receipts(network.self(), queue, peers);
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

    /** As {@link #store(Chunk, Wish, Optional)} for nobody who would claim it. */
    public CompletableFuture<Stored> store(Chunk chunk, Wish wish) {
        return store(chunk, wish, Optional.empty());
    }

    /**
     * Stores the chunk, claimed by {@code holder} where there is one. The future fails with ID_TAKEN, NO_FREE_SLOT or BUSY, or with the
     * database's failure where that is what the promise fails of. May throw BUSY at once.
     */
    public CompletableFuture<Stored> store(Chunk chunk, Wish wish, Optional<UUID> holder) {
        NodeId self = network.self();
        Placement placement = network.placement();
        List<NodeId> ranking = placement.ranking(placement.part(chunk.id()));
        List<NodeId> holders = ranking.subList(0, Math.min(wish.copies(), ranking.size()));
        boolean isAlone = holders.isEmpty() ? network.takesChunks() : holders.equals(List.of(self));
        if (isAlone && Math.min(wish.ack(), network.size()) == 1) {
            return keepAlone(chunk, wish, holder);
        }
        List<NodeId> targets = holders.stream().filter(network::isReachable)
                .filter(node -> !node.equals(self) || network.takesChunks()).toList();
        List<NodeId> standIns = new ArrayList<>(ranking.stream().skip(holders.size()).filter(network::isReachable).toList());
        if (!targets.contains(self) && !standIns.contains(self) && network.takesChunks()) {
            standIns.add(self);
        }
        return new Sending(chunk, wish, holder, holders).to(targets, standIns);
    }

    private CompletableFuture<Stored> keepAlone(Chunk chunk, Wish wish, Optional<UUID> holder) {
        Put put = Put.ofUser(chunk, wish.copies(), Set.of());
        return own.keep(holder.map(one -> put.heldBy(List.of(new Claim(one, Instant.MAX)))).orElse(put)).thenApply(result -> {
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
        private final Optional<UUID> holder;
        private final List<NodeId> holders;
        private final Instant began = clock.instant();
        private final ChunkInfo info;
        private final List<NodeId> confirmed = new ArrayList<>();
        private final Deque<NodeId> untold = new ArrayDeque<>();
        private final Set<NodeId> keepers = new HashSet<>();
        private Spread spread;
        private NodeId noting;
        private NodeId noted;

        private Sending(Chunk chunk, Wish wish, Optional<UUID> holder, List<NodeId> holders) {
            this.chunk = chunk;
            this.wish = wish;
            this.holder = holder;
            this.holders = holders;
            this.info = new ChunkInfo(chunk.id(), chunk.digest(), chunk.size(), lease.from(began).until());
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
            deliver(node, notes(node) ? owedBeside(node) : List.of())
                    .whenComplete((refusal, thrown) -> arrived(node, refusal, thrown));
        }

        /** Whether it is told what is owed with the chunk; who stands in always is. */
        private synchronized boolean notes(NodeId node) {
            return node.equals(noting) || !holders.contains(node);
        }

        private synchronized List<NodeId> owedBeside(NodeId node) {
            return holders.stream().filter(holder -> !holder.equals(node) && !keepers.contains(holder)).toList();
        }

        /**
         * A node that knows of a deletion refuses what a user stores. Told how long ago this store began it undoes that, or it says
         * again that the chunk is deleted, since then: so this store came first, is done, and what it left is gone by right.
         */
        private CompletableFuture<Optional<Problem>> deliver(NodeId node, List<NodeId> owed) {
            return hand(node, () -> held(Replica.ofFresh(chunk, wish.copies(), lease.lifetime(), owed)))
                    .thenCompose(refusal -> !refusal.equals(DELETED) ? CompletableFuture.completedFuture(refusal)
                            : hand(node, () -> held(Replica.ofInsisted(chunk, wish.copies(), lease.lifetime().minus(sinceBegan()), owed)))
                                    .thenApply(again -> again.equals(DELETED) ? Optional.empty() : again));
        }

        private Replica held(Replica replica) {
            return holder.map(one -> replica.heldBy(List.of(new Hold(one, replica.left())))).orElse(replica);
        }

        private CompletableFuture<Optional<Problem>> hand(NodeId node, Supplier<Replica> replica) {
            try {
                return node.equals(network.self()) ? intake.keep(replica.get(), clock.instant()).thenApply(PutResult::refusal)
                        : couriers.send(node, replica);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /** In whole milliseconds, as nodes tell durations, and rather less: who deletes and stores at once wants it stored. */
        private Duration sinceBegan() {
            return Duration.ofMillis(Math.max(0, Duration.between(began, clock.instant()).toMillis()));
        }

        private void arrived(NodeId node, Optional<Problem> refusal, Throwable thrown) {
            boolean isKept = thrown == null && refusal.isEmpty();
            if (isKept) {
                confirm(node);
            }
            noterAfter(node, isKept).ifPresent(this::tell);
            if (isKept) {
                spread.kept(node);
            } else if (thrown == null) {
                spread.refused(node, refusal.get());
            } else {
                spread.failed(node, thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause() : thrown);
            }
        }

        /** What a holder confirmed is struck off once it is known that it was noted. */
        private synchronized void confirm(NodeId node) {
            noted = noted == null && notes(node) ? node : noted;
            confirmed.add(node);
            if (noted != null) {
                confirmed.stream().filter(holder -> !holder.equals(noted))
                        .forEach(holder -> receipts.add(noted, new Made(chunk.id(), holder)));
                confirmed.clear();
            }
        }

        /** Who keeps the chunk and is to be told what is owed, since whoever was to note it failed; mostly nobody. */
        private synchronized Optional<NodeId> noterAfter(NodeId node, boolean isKept) {
            if (isKept) {
                noting = notes(node) ? node : noting;
                keepers.add(node);
                untold.add(node);
            } else if (node.equals(noting)) {
                noting = null;
            }
            if (noting != null) {
                return Optional.empty();
            }
            noting = untold.poll();
            return Optional.ofNullable(noting);
        }

        /** Sends the chunk once more, for the sake of what comes with it. */
        private void tell(NodeId node) {
            List<NodeId> owed = owedBeside(node);
            if (owed.isEmpty()) {
                return;
            }
            deliver(node, owed).whenComplete((refusal, thrown) -> {
                if (thrown != null || refusal.isPresent()) {
                    noterAfter(node, false).ifPresent(this::tell);
                }
            });
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
