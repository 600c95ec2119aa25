package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.Claim;
import apidrive.chunk.Lease;
import apidrive.chunk.Put;
import apidrive.chunk.Refusals;
import apidrive.job.Job;
import apidrive.placement.Placement;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/**
 * Stores a user's chunk on the nodes where it belongs; the answer comes after the promised number is durable. As many as are promised are
 * sent to at once, and the others with the next call that goes there: at once where one of the first fails, and after {@link #LEISURE}
 * at the latest, for a call and a transaction cost as much as some chunks. One of them notes, in the same transaction, which other
 * holders are owed a copy, or another where that one fails; a copy that is confirmed is struck off. A node that is no holder keeps
 * nothing itself, unless too few holders answer.
 */
public final class Spreading {
    /** So long, and an eighth of it, chunks that nobody waits for are kept back for a call that goes where they do. */
    public static final Duration LEISURE = Duration.ofMillis(100);
    /** So long the nodes that are sent to have for their answers, before others stand in. */
    public static final Duration HURRY = Duration.ofSeconds(2);

    private final Network network;
    private final OwnChunks own;
    private final Couriers couriers;
    private final Delivery delivery;
    private final Receipts receipts;
    private final Lease lease;
    private final InstantSource clock;
    private final Executor later;

    /**
     * {@code executor} begins calls to peers; {@code leisurely} runs what it is given {@link #LEISURE} after that, {@code later}
     * {@link #HURRY}.
     */
    public Spreading(Network network, OwnChunks own, Peers peers, HealQueue queue, Lease lease, InstantSource clock,
            Executor executor, Executor leisurely, Executor later) {
        this.network = network;
        this.own = own;
        this.couriers = new Couriers(peers, executor, leisurely);
        this.delivery = new Delivery(network.self(), new Intake(own, lease), couriers, lease, clock);
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
     * Stores the chunk, claimed by {@code holder} where there is one. The future fails with ID_TAKEN, NO_FREE_SLOT or BUSY, with
     * CHUNK_DELETED where that holder has ended, or with the database's failure where that is what the promise fails of. May throw BUSY at once.
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
        Fresh fresh = new Fresh(chunk, wish, holder, clock.instant());
        return new Sending(fresh, lease, holders, network, delivery, receipts).to(targets, standIns, later);
    }

    private CompletableFuture<Stored> keepAlone(Chunk chunk, Wish wish, Optional<UUID> holder) {
        Put put = Put.ofUser(chunk, wish.copies(), Set.of());
        Put claimed = holder.map(one -> put.heldBy(List.of(new Claim(one, Instant.MAX)))).orElse(put);
        return own.keep(List.of(claimed)).get(0).thenApply(result -> {
            result.refusal().ifPresent(problem -> {
                throw Refusals.of(problem, chunk.id());
            });
            return new Stored(new ChunkInfo(chunk.id(), chunk.digest(), chunk.size(), result.expiresAt()),
                    List.of(network.self()));
        });
    }
}
