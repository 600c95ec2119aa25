package apidrive.repair;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** How many copies of a part are known to be whole: this node's, and those of servers that had the same when last compared. */
public final class WholeCopies {
    private final Network network;
    private final Map<NodeId, Sync.Compared> comparisons;
    private final int copies;

    /** Of a chunk there are usually to be {@code copies}. */
    public WholeCopies(Network network, Map<NodeId, Sync.Compared> comparisons, int copies) {
        this.network = network;
        this.comparisons = comparisons;
        this.copies = copies;
    }

    /** The servers that are to keep the part. */
    public List<NodeId> holders(IdPrefix part) {
        List<NodeId> ranking = network.placement().ranking(part);
        return ranking.subList(0, Math.min(copies, ranking.size()));
    }

    /** Empty for a part that this node is no holder of: nothing is known of it. */
    public OptionalInt of(IdPrefix part) {
        List<NodeId> holders = holders(part);
        return holders.contains(network.self())
                ? OptionalInt.of(1 + (int) holders.stream().filter(holder -> isWhole(holder, part)).count()) : OptionalInt.empty();
    }

    private boolean isWhole(NodeId holder, IdPrefix part) {
        Sync.Compared compared = comparisons.get(holder);
        return compared != null && compared.error().isEmpty() && network.isReachable(holder) && !compared.different().contains(part);
    }
}
