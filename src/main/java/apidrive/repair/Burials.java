package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import apidrive.chunk.Lease;
import apidrive.chunk.Put;
import apidrive.chunk.Tombstone;
import apidrive.placement.Placement;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * Tells peers what was deleted: whoever was away then, or became a holder since, would bring it back. A peer is told of a
 * deletion once, and of all again when it was away, when the placement has changed, and every hour, for its database may be one
 * of before though nobody saw it away. One round looks at a bounded number of tombstones; where there are more, the rounds take
 * turns, and tell of each again.
 */
final class Burials {
    private static final int A_ROUND = 65_536;  // tombstones: 1.3 MB to each peer at most
    private static final Duration AGAIN = Duration.ofHours(1);

    /** Until when what was told of goes on, and when all was told. */
    private record Told(Placement placement, Instant until, Instant allAt) {
        private boolean isRecent(Instant now) {
            return !allAt.isAfter(now) && now.isBefore(allAt.plus(AGAIN));
        }
    }

    private final OwnChunks own;
    private final Lease lease;
    private final Map<NodeId, Told> told = new HashMap<>();
    private List<Tombstone> round = List.of();
    private ChunkId after = ChunkId.LOWEST;
    private boolean isWhole;

    Burials(OwnChunks own, Lease lease) {
        this.own = own;
        this.lease = lease;
    }

    /** A round through these peers begins. */
    void begin(Collection<NodeId> peers, Instant now) {
        told.keySet().retainAll(peers);
        boolean isFirst = after.equals(ChunkId.LOWEST);
        round = own.inventory().tombstones(List.of(IdPrefix.ALL), after, A_ROUND, now);
        isWhole = isFirst && round.size() < A_ROUND;
        after = round.size() < A_ROUND ? ChunkId.LOWEST : round.get(round.size() - 1).id();
    }

    /** Whether nothing is to be told in this round. */
    boolean isEmpty() {
        return round.isEmpty();
    }

    /** Whether the next round begins with the first tombstone again. */
    boolean isLast() {
        return after.equals(ChunkId.LOWEST);
    }

    /** Tells the peer of what it may be given to keep. Throws ProblemException. */
    void tell(NodeId peer, Shelf shelf, Placement placement) {
        Told before = told.get(peer);
        Instant now = own.now();
        boolean isKnown = isWhole && before != null && before.placement() == placement && before.isRecent(now);
        Instant since = isKnown ? before.until() : Instant.EPOCH;
        List<Tombstone> news = new ArrayList<>();
        Instant latest = since;
        for (Tombstone tombstone : round) {
            if (tombstone.deletedAt(lease).isAfter(now)) {
                continue;  // the clock was set back: how old it is will be known when that time has come again
            }
            int rank = placement.rank(placement.part(tombstone.id()), peer);
            if (tombstone.until().isAfter(since) && rank >= 0 && rank < Put.MAX_COPIES) {
                news.add(tombstone);
            }
            latest = tombstone.until().isAfter(latest) ? tombstone.until() : latest;
        }
        for (List<Tombstone> part : LocalShelf.parts(news, Shelf.MAX_IDS)) {
            Instant then = own.now();
            shelf.bury(part.stream().map(tombstone -> Buried.of(tombstone, then, lease)).toList());
        }
        told.put(peer, new Told(placement, latest, isKnown ? before.allAt() : now));
    }
}
