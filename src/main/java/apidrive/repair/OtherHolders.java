package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.Claim;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** The holders of chunks beside this node, for what a user asks of all of them at once. Threads share it. */
final class OtherHolders {
    private static final Logger LOG = LoggerFactory.getLogger(OtherHolders.class);

    private final Network network;
    private final Peers peers;
    private final InstantSource clock;
    private final int copies;

    /** Of a chunk there are usually {@code copies}. */
    OtherHolders(Network network, Peers peers, InstantSource clock, int copies) {
        this.network = network;
        this.peers = peers;
        this.clock = clock;
        this.copies = copies;
    }

    /** Renews leases for {@code lifetime} from now; when the last lease of each that is kept by one of them ends. */
    Map<ChunkId, Instant> renew(Collection<ChunkId> ids, Duration lifetime) {
        Map<ChunkId, Instant> renewed = new HashMap<>();
        Map<NodeId, List<ChunkId>> byHolder = new HashMap<>();
        ids.forEach(id -> of(id).forEach(holder -> byHolder.computeIfAbsent(holder, node -> new ArrayList<>()).add(id)));
        byHolder.forEach((holder, some) -> LocalShelf.parts(some, Shelf.MAX_IDS).forEach(part -> {
            try {
                Shelf shelf = peers.shelf(holder);
                shelf.renew(part.stream().map(id -> new Leased(id, 1, lifetime)).toList());
                shelf.held(part).forEach(leased -> renewed.merge(leased.id(), clock.instant().plus(leased.left()),
                        (one, other) -> one.isAfter(other) ? one : other));
            } catch (ProblemException e) {
                LOG.debug("leases not renewed on server {}: {}", holder, e.detail());
            }
        }));
        return renewed;
    }

    /** Has each of them that keeps such chunks claim them; returns those that one keeps, as far as they answer. */
    Set<ChunkId> claim(Collection<ChunkId> ids, Hold hold) {
        Set<ChunkId> claimed = new HashSet<>();
        Map<NodeId, List<ChunkId>> byHolder = new HashMap<>();
        ids.forEach(id -> of(id).forEach(holder -> byHolder.computeIfAbsent(holder, node -> new ArrayList<>()).add(id)));
        byHolder.forEach((holder, some) -> LocalShelf.parts(some, Shelf.MAX_IDS).forEach(part -> {
            try {
                Shelf shelf = peers.shelf(holder);
                shelf.claim(part.stream().map(id -> new Claimed(id, hold)).toList());
                shelf.held(part).forEach(leased -> claimed.add(leased.id()));
            } catch (ProblemException e) {
                LOG.debug("chunks not claimed on server {}: {}", holder, e.detail());
            }
        }));
        return claimed;
    }

    /** Those who claim the chunk at one of them, as far as they answer. */
    List<UUID> claimants(ChunkId id) {
        List<UUID> claimants = new ArrayList<>();
        for (NodeId holder : of(id)) {
            try {
                peers.shelf(holder).fetch(List.of(id), false).values().forEach(replica -> replica.holds().stream().map(Hold::holder)
                        .filter(one -> !one.equals(Claim.PLAIN)).forEach(claimants::add));
            } catch (ProblemException e) {
                LOG.debug("server {} does not tell who claims chunk {}: {}", holder, id, e.detail());
            }
        }
        return claimants;
    }

    /** In a closed network: deletes the chunk at each of them; {@code number} is that of this deletion. Whether one that answers kept it. */
    boolean bury(ChunkId id, long number) {
        if (!network.isClosed()) {
            return false;
        }
        boolean wasKept = false;
        for (NodeId holder : of(id)) {
            try {
                Shelf shelf = peers.shelf(holder);
                wasKept |= !shelf.held(List.of(id)).isEmpty();
                shelf.bury(List.of(new Buried(id, Duration.ZERO, number)));
            } catch (ProblemException e) {
                LOG.info("chunk not deleted yet on server {}: {}", holder, e.detail());  // sync sees to it
            }
        }
        return wasKept;
    }

    private List<NodeId> of(ChunkId id) {
        return network.placement().holders(id, copies).stream()
                .filter(holder -> !holder.equals(network.self()) && network.isReachable(holder)).toList();
    }
}
