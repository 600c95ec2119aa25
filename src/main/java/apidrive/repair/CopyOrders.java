package apidrive.repair;

import static apidrive.problem.Problem.NOT_READY;

import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Has copies made that somebody found to be missing: this node fetches what it lacks, and sends what it keeps. Threads share it.
 */
public final class CopyOrders {
    private final Network network;
    private final HealQueue queue;
    private final InstantSource clock;

    public CopyOrders(Network network, HealQueue queue, InstantSource clock) {
        this.network = network;
        this.queue = queue;
        this.clock = clock;
    }

    /** Whether this node can do something about a chunk that these lack and those keep. */
    public boolean canMake(Set<NodeId> lacking, Set<NodeId> keepers) {
        return lacking.contains(network.self()) || keepers.contains(network.self());
    }

    /** Notes the copies that this node can make; throws NOT_READY when that are not all. */
    public void make(ChunkId id, Set<NodeId> lacking, Set<NodeId> keepers) {
        boolean isKept = keepers.contains(network.self());
        Collection<HealQueue.Need> needs = lacking.stream().filter(node -> isKept || node.equals(network.self()))
                .map(node -> new HealQueue.Need(id, node, keepers)).toList();
        queue.add(needs, clock.instant());
        if (needs.size() < lacking.size()) {
            List<NodeId> others = lacking.stream().filter(node -> !node.equals(network.self())).sorted().toList();
            throw NOT_READY.because("this server does not keep it and so cannot send it to " + others.stream().map(NodeId::toString)
                    .collect(Collectors.joining(", ")));
        }
    }
}
