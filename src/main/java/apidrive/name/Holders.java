package apidrive.name;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import apidrive.placement.Placement;
import apidrive.repair.Network;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** Which servers a name concerns. Threads share it. */
final class Holders {
    /** After a change of the placement a name may be elsewhere than it says, until servers have compared their names. */
    private static final Duration MOVING = Duration.ofMinutes(20);

    private final Network network;
    private final int copies;
    private final InstantSource clock;
    private Placement known;
    private Instant changedAt = Instant.MIN;

    /** Of each name {@code copies} are to be kept. */
    Holders(Network network, int copies, InstantSource clock) {
        this.network = network;
        this.copies = copies;
        this.clock = clock;
    }

    int copies() {
        return copies;
    }

    /** Where the name belongs, whether these answer or not. */
    List<NodeId> of(ChunkId id) {
        return network.placement().holders(id, copies);
    }

    /** Those to ask for a name: its holders, or who stands in for them; this node where there is nobody else. */
    List<NodeId> toAsk(ChunkId id) {
        List<NodeId> ranked = ranked(id).limit(copies).toList();
        return ranked.isEmpty() ? List.of(network.self()) : ranked;
    }

    /** Those to give a name to, likewise. */
    List<NodeId> toKeep(ChunkId id) {
        List<NodeId> ranked = ranked(id).filter(node -> !node.equals(network.self()) || network.takesChunks()).limit(copies).toList();
        return ranked.isEmpty() ? List.of(network.self()) : ranked;
    }

    /** Those that may have the name, holders first; of a small network all, since some may be on their way out. This node in any case. */
    List<NodeId> anywhere(ChunkId id) {
        List<NodeId> some = Stream.concat(ranked(id), network.reachable().stream().sorted()).distinct().limit(Placement.MAX_RANKED).toList();
        return Stream.concat(some.stream(), Stream.of(network.self())).distinct().toList();
    }

    /** In an order in which nobody waits for what this node does itself. */
    List<NodeId> selfLast(Collection<NodeId> nodes) {
        return nodes.stream().sorted(Comparator.comparing(network.self()::equals)).toList();
    }

    /** This node if it is among them, else any of them. */
    NodeId selfFirst(Collection<NodeId> nodes) {
        return nodes.contains(network.self()) ? network.self() : nodes.iterator().next();
    }

    /** Whether names may not be yet where they belong by now. */
    synchronized boolean areMoving() {
        Placement placement = network.placement();
        Instant now = clock.instant();
        if (placement != known) {
            known = placement;
            changedAt = now;
        }
        return now.isBefore(changedAt.plus(MOVING));
    }

    private Stream<NodeId> ranked(ChunkId id) {
        Placement placement = network.placement();
        return placement.ranking(placement.part(id)).stream().filter(network::isReachable);
    }
}
