package apidrive.repair;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import apidrive.placement.Placement;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** Counts, group by group, the copies of chunks that are known on servers that can be reached. Grows with parts and servers alone. */
final class Tally implements Consumer<KnownChunks.Group> {
    private final Network network;
    private final Placement placement;
    private final Map<Survey.Copies, Long> copies = new HashMap<>();
    private final Map<NodeId, Long> only = new HashMap<>();
    private final long[] here;

    Tally(Network network, Placement placement) {
        this.network = network;
        this.placement = placement;
        this.here = new long[1 << placement.bits()];
    }

    @Override
    public void accept(KnownChunks.Group group) {
        Set<NodeId> keepers = keepers(group);
        copies.merge(new Survey.Copies(group.copies(), keepers.size()), group.chunks(), Long::sum);
        if (keepers.size() == 1) {
            only.merge(keepers.iterator().next(), group.chunks(), Long::sum);
        }
        if (group.copies().isPresent()) {
            here[(int) group.part().value()] += group.chunks();
        }
    }

    /** How many chunks are so. */
    Map<Survey.Copies, Long> copies() {
        return copies;
    }

    /** By server, the chunks of which it alone has a copy that counts. */
    Map<NodeId, Long> only() {
        return only;
    }

    /** Chunks of the part that are kept on this node. */
    long here(IdPrefix part) {
        return here[(int) part.value()];
    }

    private Set<NodeId> keepers(KnownChunks.Group group) {
        Set<NodeId> keepers = new HashSet<>(group.sources());
        group.copies().ifPresent(wanted -> {
            List<NodeId> ranking = placement.ranking(group.part());
            keepers.addAll(ranking.subList(0, Math.min(wanted, ranking.size())));
            keepers.removeAll(group.nodes());
            keepers.add(network.self());
        });
        keepers.removeIf(node -> !network.isReachable(node));
        return keepers;
    }
}
