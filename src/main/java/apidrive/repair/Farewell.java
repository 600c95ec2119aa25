package apidrive.repair;

import java.time.Instant;
import java.util.Collection;

import apidrive.chunk.Lease;
import apidrive.placement.Placement;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/**
 * What a draining node says last: what was deleted, to all who may be given it back by somebody who was away. It may be the only
 * one that knows.
 */
final class Farewell {
    private final Network network;
    private final Peers peers;
    private final Burials burials;
    private boolean hasFailed;
    private boolean isSaid;

    Farewell(Network network, Peers peers, OwnChunks own, Lease lease) {
        this.network = network;
        this.peers = peers;
        this.burials = new Burials(own, lease);
    }

    /** Tells one round of tombstones, as many as {@link Burials} takes; whether the last walk through all of them reached everybody. */
    boolean say(Placement placement, Instant now) {
        Collection<NodeId> others = network.reachable().stream().filter(placement::contains).sorted().toList();
        burials.begin(others, now);
        hasFailed |= !burials.isEmpty() && (others.isEmpty() || others.size() < placement.size());
        for (NodeId other : others) {
            try {
                burials.tell(other, peers.shelf(other), placement);
            } catch (ProblemException e) {
                hasFailed = true;
            }
        }
        if (burials.isLast()) {
            isSaid = !hasFailed;
            hasFailed = false;
        }
        return isSaid;
    }
}
