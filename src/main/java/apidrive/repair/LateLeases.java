package apidrive.repair;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.Held;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Tells the other holders of leases that retrievals renewed here when little was left of them. A retrieval renews one copy; the
 * others would end before {@link Sync} comes to compare them, and with the one node that is renewed all would be lost.
 */
final class LateLeases {
    private static final Logger LOG = LoggerFactory.getLogger(LateLeases.class);

    private final Network network;
    private final Peers peers;
    private final OwnChunks own;

    LateLeases(Network network, Peers peers, OwnChunks own) {
        this.network = network;
        this.peers = peers;
        this.own = own;
    }

    /** Tells of as many as one call carries; a holder that fails is told next time, one that is away by the others when it is back. */
    void tell(Instant now) {
        List<ChunkId> ids = own.takeRenewedLate(Shelf.MAX_IDS);
        if (ids.isEmpty()) {
            return;
        }
        Map<NodeId, List<Leased>> byHolder = new HashMap<>();
        for (Held held : own.inventory().held(ids, now)) {
            Leased lease = Leased.of(held, now);
            network.placement().holders(held.id(), held.copies()).stream()
                    .filter(holder -> !holder.equals(network.self()) && network.isReachable(holder))
                    .forEach(holder -> byHolder.computeIfAbsent(holder, node -> new ArrayList<>()).add(lease));
        }
        byHolder.forEach((holder, leases) -> {
            try {
                peers.shelf(holder).renew(leases);
            } catch (ProblemException e) {
                LOG.debug("late leases not told yet to server {}: {}", holder, e.detail());
                own.renewedLate(leases.stream().map(Leased::id).toList());
            }
        });
    }
}
