package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.Held;
import apidrive.chunk.Inventory;
import apidrive.chunk.Lease;
import apidrive.chunk.Summary;
import apidrive.chunk.Tombstone;
import apidrive.job.Job;
import apidrive.job.Progress;
import apidrive.placement.Placement;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * Compares what this node keeps with what each peer keeps, first by summaries of parts, then of finer ones, then by ids, and
 * notes in the heal queue what it should keep and lacks; leases become the later of the two, claims are told, and what was deleted here is
 * deleted there. Every node does so for itself, so all differences are mended both ways. One step is one peer.
 */
public final class Sync implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);
    private static final Duration INTERVAL = Duration.ofMinutes(10);  // of a round through all servers, up to PEERS of them
    private static final int PEERS = 30;
    /** After a change of the placement: what was too fresh for the first round is seen by a second. */
    private static final Duration AGAIN = LocalShelf.SETTLING.plusSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(1);
    /** Parts of a part: so fine that the ids of one that differs are few, so coarse that their summaries are as well. */
    private static final int FINER_BITS = 6;
    private static final int PARTS_A_CALL = 128;  // 8,192 finer summaries, below 200 KB
    /** Ids are compared whether or not their summaries differ, for the sake of their leases, once in so long. */
    private static final Duration LEASES_WITHIN = Duration.ofDays(2);
    private static final int MOST_TOMBSTONES = 65_536;

    private final Network network;
    private final Peers peers;
    private final OwnChunks own;
    private final Inventory inventory;
    private final HealQueue queue;
    private final Lease lease;
    private final Random random;
    private final Burials burials;
    private final LateLeases late;
    private final ClaimTelling claims;
    private final Deque<NodeId> left = new ArrayDeque<>();
    private final Map<NodeId, Compared> comparisons = new HashMap<>();
    private Placement compared;
    private List<Summary> here = List.of();
    private Instant due = Instant.MIN;
    private long round;
    private long roundsOfLeases = 1;
    private int peersInRound;
    private volatile boolean isAsked;

    /**
     * What came of comparing this node with another.
     *
     * @param at        when
     * @param different the parts in which the other kept something else than this one
     * @param error     why it could not be done; empty when it was
     */
    public record Compared(Instant at, Set<IdPrefix> different, Optional<String> error) {
    }

    public Sync(Network network, Peers peers, OwnChunks own, HealQueue queue, Lease lease, Random random) {
        this.network = network;
        this.peers = peers;
        this.own = own;
        this.inventory = own.inventory();
        this.queue = queue;
        this.lease = lease;
        this.random = random;
        this.burials = new Burials(own, lease);
        this.late = new LateLeases(network, peers, own);
        this.claims = new ClaimTelling(own);
    }

    @Override
    public String name() {
        return "sync";
    }

    @Override
    public String duty() {
        return "Compares this server's chunks with every other server's, and notes which are missing here";
    }

    /** A round begins with the next step, whenever the last one was. */
    public void ask() {
        isAsked = true;
    }

    /** What came of the last comparison with each peer that answers, or did then. */
    public synchronized Map<NodeId, Compared> comparisons() {
        return Map.copyOf(comparisons);
    }

    @Override
    public synchronized Optional<Progress> progress() {
        return left.isEmpty() ? Optional.empty() : Optional.of(new Progress(peersInRound - left.size(), peersInRound, "servers"));
    }

    @Override
    public Duration step(Instant now) {
        late.tell(now);
        Optional<NodeId> peer = next(now);
        if (peer.isEmpty()) {
            return IDLE;
        }
        Compared comparison;
        try {
            comparison = new Compared(now, Set.copyOf(compare(peer.get(), now)), Optional.empty());
        } catch (ProblemException e) {
            LOG.info("sync failed peer={}: {}", peer.get(), e.detail());
            comparison = new Compared(now, Set.of(), Optional.of(e.detail()));
        }
        synchronized (this) {
            comparisons.put(peer.get(), comparison);
        }
        return Duration.ZERO;
    }

    /** The peer to compare with now; at the end of a round none until the next is due. */
    private synchronized Optional<NodeId> next(Instant now) {
        boolean isChanged = compared != network.placement();
        if (left.isEmpty() && (isAsked || isChanged || !now.isBefore(due) || due.isAfter(now.plus(INTERVAL.multipliedBy(1 + peersInRound / PEERS))))) {
            isAsked = false;
            compared = network.placement();
            List<NodeId> order = new ArrayList<>(new TreeSet<>(network.reachable()));
            Collections.shuffle(order, random);
            comparisons.keySet().retainAll(order);
            burials.begin(order, now);
            left.addAll(order);
            peersInRound = order.size();
            Duration interval = INTERVAL.multipliedBy(1 + order.size() / PEERS);
            due = now.plus(isChanged ? AGAIN : interval);
            round = round == 0 ? now.getEpochSecond() / interval.toSeconds() : round + 1;  // a node started anew goes on where it was
            roundsOfLeases = Math.max(1, LEASES_WITHIN.dividedBy(interval));
            here = order.isEmpty() ? List.of()
                    : inventory.summaries(List.of(IdPrefix.ALL), compared.bits(), now, now.minus(LocalShelf.SETTLING));
        }
        return Optional.ofNullable(left.poll());
    }

    /** Returns the parts that differ. */
    private List<IdPrefix> compare(NodeId peer, Instant now) {
        Shelf shelf = peers.shelf(peer);
        int bits = compared.bits();
        if (network.isClosed()) {
            burials.tell(peer, shelf, compared);
        }
        List<IdPrefix> different = difference(here, shelf.summaries(List.of(IdPrefix.ALL), bits), peer);
        Set<IdPrefix> filled = new HashSet<>();
        here.forEach(summary -> filled.add(summary.prefix()));
        Set<IdPrefix> listed = new TreeSet<>();
        List<IdPrefix> narrowed = new ArrayList<>();
        for (IdPrefix prefix : different) {
            if (filled.contains(prefix) && !isLeaseTurn(prefix)) {
                narrowed.add(prefix);
            } else {
                listed.add(prefix);
            }
        }
        for (IdPrefix prefix : filled) {
            if (isLeaseTurn(prefix) && compared.rank(prefix, peer) >= 0) {
                listed.add(prefix);
            }
        }
        look(shelf, peer, listed, now);
        for (List<IdPrefix> parts : LocalShelf.parts(narrowed, PARTS_A_CALL)) {
            Instant settled = now.minus(LocalShelf.SETTLING);
            look(shelf, peer, difference(inventory.summaries(parts, bits + FINER_BITS, now, settled),
                    shelf.summaries(parts, bits + FINER_BITS), peer), now);
        }
        return different;
    }

    private List<IdPrefix> difference(List<Summary> mine, List<Summary> theirs, NodeId peer) {
        return Difference.between(mine, theirs, prefix -> rank(prefix, network.self()), prefix -> rank(prefix, peer));
    }

    private boolean isLeaseTurn(IdPrefix part) {
        return part.value() % roundsOfLeases == round % roundsOfLeases;
    }

    /** Compares ids and leases within these prefixes of one length, a page at a time. */
    private void look(Shelf shelf, NodeId peer, Collection<IdPrefix> within, Instant now) {
        if (within.isEmpty()) {
            return;
        }
        Map<ChunkId, Tombstone> deleted = new HashMap<>();
        inventory.tombstones(within, ChunkId.LOWEST, MOST_TOMBSTONES, now).forEach(tombstone -> deleted.put(tombstone.id(), tombstone));
        ChunkId after = ChunkId.LOWEST;
        List<Leased> page;
        do {
            page = shelf.list(within, after);
            if (!page.isEmpty()) {
                after = page.get(page.size() - 1).id();
                take(shelf, peer, page, deleted, own.now());
            }
        } while (page.size() == Shelf.MAX_IDS);
    }

    /** {@code now} is after the peer told its leases: what is taken for stored since a deletion stays, so err on that side. */
    private void take(Shelf shelf, NodeId peer, List<Leased> theirs, Map<ChunkId, Tombstone> deleted, Instant now) {
        Map<ChunkId, Held> mine = new HashMap<>();
        inventory.held(theirs.stream().map(Leased::id).toList(), now).forEach(held -> mine.put(held.id(), held));
        List<HealQueue.Need> missing = new ArrayList<>();
        List<Held> later = new ArrayList<>();
        List<Buried> buried = new ArrayList<>();
        List<ChunkId> claimed = new ArrayList<>();
        for (Leased their : theirs) {
            Held my = mine.get(their.id());
            Instant until = now.plus(lease.bounded(their.left()));
            if (my != null && (isLater(their, my, now) || their.copies() > my.copies())) {
                later.add(new Held(their.id(), their.copies(), now.plus(lease.bounded(their.plain()))));
            } else if (my == null && isBuried(deleted.get(their.id()), until, now)) {
                buried.add(Buried.of(deleted.get(their.id()), now, lease));
            } else if (my == null && isMine(their)) {
                missing.add(new HealQueue.Need(their.id(), network.self(), Set.of(peer)));
            }
            if (my != null && Leased.of(my, now).isClaimedOtherwise(their)) {
                claimed.add(their.id());
            }
        }
        if (!later.isEmpty()) {
            own.merge(later);
        }
        claims.tell(shelf, claimed, now);
        if (!missing.isEmpty()) {
            queue.add(missing, now);
        }
        if (!buried.isEmpty() && network.isClosed()) {
            shelf.bury(buried);
        }
    }

    /** Whether their plain lease goes on longer. A node of an earlier build has a plain one for every claim: that is none to add here. */
    private boolean isLater(Leased their, Held my, Instant now) {
        return my.slidesTo().isAfter(now) && (my.claims() == 0 || their.claims().isPresent())
                && now.plus(lease.bounded(their.plain())).isAfter(my.slidesTo().plus(lease.step()));
    }

    /**
     * Whether a lease that ends then began before the deletion; what was stored since is not deleted, nor anything by a deletion
     * that is yet to come, as after the clock was set back.
     */
    private boolean isBuried(Tombstone tombstone, Instant expiresAt, Instant now) {
        return tombstone != null && !tombstone.deletedAt(lease).isAfter(now) && !expiresAt.isAfter(tombstone.deletedAt(lease).plus(lease.lifetime()));
    }

    private boolean isMine(Leased their) {
        int rank = rank(IdPrefix.of(their.id(), compared.bits()), network.self());
        return rank >= 0 && rank < their.copies();
    }

    /** The node's place in the ranking of the part that {@code prefix} is, or lies in. */
    private int rank(IdPrefix prefix, NodeId node) {
        return compared.rank(new IdPrefix(compared.bits(), prefix.value() >> prefix.bits() - compared.bits()), node);
    }
}
