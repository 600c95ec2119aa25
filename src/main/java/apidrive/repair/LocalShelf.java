package apidrive.repair;

import static apidrive.problem.Problem.FORBIDDEN;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import apidrive.chunk.ChunkStore;
import apidrive.chunk.Claim;
import apidrive.chunk.GetResult;
import apidrive.chunk.Held;
import apidrive.chunk.Lease;
import apidrive.chunk.PutResult;
import apidrive.chunk.StoredChunk;
import apidrive.chunk.Summary;
import apidrive.chunk.Tombstone;
import apidrive.placement.Placement;
import apidrive.problem.Problem;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** This node's own shelf, as its peers see it: instants of its clock become durations and back. */
public final class LocalShelf implements Shelf {
    /** What was stored a moment ago is still on its way to the other holders: summaries leave it out. */
    static final Duration SETTLING = Duration.ofSeconds(10);

    private final OwnChunks own;
    private final Network network;
    private final Lease lease;
    private final InstantSource clock;
    private final Intake intake;
    private final HealQueue queue;

    public LocalShelf(OwnChunks own, Network network, HealQueue queue, Lease lease, InstantSource clock) {
        this.own = own;
        this.queue = queue;
        this.network = network;
        this.lease = lease;
        this.clock = clock;
        this.intake = new Intake(own, lease);
    }

    @Override
    public List<Optional<Problem>> keep(List<Replica> replicas) {
        if (!network.takesChunks()) {  // not all have heard of it; they find others
            return replicas.stream().map(replica -> Optional.of(Problem.NO_FREE_SLOT)).toList();
        }
        return intake.keep(replicas, clock.instant()).stream().map(Futures::join).map(PutResult::refusal).toList();
    }

    @Override
    public Map<ChunkId, Replica> fetch(Collection<ChunkId> ids, boolean forUser) {
        Instant now = clock.instant();
        Map<ChunkId, Replica> found = new HashMap<>();
        Map<ChunkId, Instant> slidesTo = new HashMap<>();
        for (List<ChunkId> part : parts(ids, ChunkStore.MAX_GET)) {
            for (Map.Entry<ChunkId, GetResult> read : own.read(part).entrySet()) {
                if (read.getValue().refusal().isEmpty()) {
                    StoredChunk stored = read.getValue().stored();
                    slidesTo.put(read.getKey(), stored.slidesTo());
                    found.put(read.getKey(), Replica.ofKept(stored.chunk(), stored.copies(),
                            Duration.between(now, stored.expiresAt())));
                }
            }
        }
        if (forUser && !found.isEmpty()) {
            Lease.Term term = lease.from(now);
            List<Held> due = found.entrySet().stream()
                    .filter(entry -> slidesTo.get(entry.getKey()).isBefore(term.renewBelow()) && slidesTo.get(entry.getKey()).isAfter(now))
                    .map(entry -> new Held(entry.getKey(), entry.getValue().copies(), term.until())).toList();
            if (!due.isEmpty()) {
                own.merge(due);
                own.renewedLate(due.stream().map(Held::id).filter(id -> lease.isLate(found.get(id).left())).toList());
                due.forEach(renewed -> found.computeIfPresent(renewed.id(),
                        (id, replica) -> Replica.ofKept(replica.chunk(), replica.copies(), lease.lifetime())));
            }
        }
        return forUser ? found : withClaims(found, own, now);
    }

    /** The same as who keeps them too should know them: held by those who claim them here. */
    static Map<ChunkId, Replica> withClaims(Map<ChunkId, Replica> found, OwnChunks own, Instant now) {
        own.inventory().claims(found.keySet(), Claim.MOST_TOLD, now)
                .forEach((id, claims) -> found.computeIfPresent(id, (same, replica) -> replica.heldBy(Hold.of(claims, now))));
        return found;
    }

    @Override
    public List<Leased> held(Collection<ChunkId> ids) {
        Instant now = clock.instant();
        return leased(own.inventory().held(ids, now).stream().filter(this::isHolder).toList(), now);
    }

    /** Whether this node is to keep the chunk: what it may let go of itself it vouches for to nobody. */
    private boolean isHolder(Held held) {
        Placement placement = network.placement();
        int rank = placement.rank(placement.part(held.id()), network.self());
        return !network.isDraining() && rank >= 0 && rank < held.copies();
    }

    @Override
    public List<Summary> summaries(Collection<IdPrefix> within, int bits) {
        Instant now = clock.instant();
        return own.inventory().summaries(within, bits, now, now.minus(SETTLING));
    }

    @Override
    public List<Leased> list(Collection<IdPrefix> within, ChunkId after) {
        Instant now = clock.instant();
        return leased(own.inventory().list(within, after, MAX_IDS, now), now);
    }

    @Override
    public void renew(List<Leased> leases) {
        Instant now = clock.instant();
        own.merge(leases.stream()
                .map(told -> new Held(told.id(), told.copies(), now.plus(lease.bounded(told.left())))).toList());
    }

    @Override
    public void claim(List<Claimed> claims) {
        Instant now = clock.instant();
        Map<ChunkId, List<Claim>> told = new HashMap<>();
        claims.forEach(one -> told.computeIfAbsent(one.id(), id -> new ArrayList<>()).add(one.hold().heard(now, lease)));
        own.inventory().claim(told, now);
    }

    @Override
    public void bury(List<Buried> deletions) {
        if (!network.isClosed()) {
            throw FORBIDDEN.because("in a network without a shared key nobody deletes at another's");
        }
        Instant now = clock.instant();
        Map<ChunkId, Instant> kept = new HashMap<>();
        own.inventory().held(deletions.stream().map(Buried::id).toList(), now)
                .forEach(held -> kept.put(held.id(), held.expiresAt()));
        List<Tombstone> tombstones = deletions.stream()
                .filter(told -> !kept.containsKey(told.id()) || !isSince(told, kept.get(told.id()), now))
                .map(told -> told.heard(now, lease)).toList();
        if (!tombstones.isEmpty()) {
            own.bury(tombstones);
        }
    }

    /** What this node lacks itself it finds out itself. */
    @Override
    public void made(List<Made> copies) {
        queue.done(copies.stream().filter(copy -> !copy.node().equals(network.self()))
                .map(copy -> new HealQueue.Need(copy.id(), copy.node(), Set.of())).toList());
    }

    /** Whether a lease that ends then began after the deletion. */
    private boolean isSince(Buried deletion, Instant expiresAt, Instant now) {
        return lease.bounded(Duration.between(now, expiresAt)).compareTo(lease.lifetime().minus(deletion.age())) > 0;
    }

    static <T> List<List<T>> parts(Collection<T> all, int most) {
        List<T> list = List.copyOf(all);
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < list.size(); from += most) {
            parts.add(list.subList(from, Math.min(list.size(), from + most)));
        }
        return parts;
    }

    private static List<Leased> leased(List<Held> held, Instant now) {
        return held.stream().map(one -> Leased.of(one, now)).toList();
    }
}
