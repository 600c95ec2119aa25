package apidrive.repair;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

import apidrive.placement.Placement;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** Puts together what the database, the placement and the comparisons with others tell of the network's copies. */
public final class Surveyor {
    private final Network network;
    private final KnownChunks known;
    private final Sync sync;
    private final int copies;

    /** Of a chunk there are usually to be {@code copies}. */
    public Surveyor(Network network, KnownChunks known, Sync sync, int copies) {
        this.network = network;
        this.known = known;
        this.sync = sync;
        this.copies = copies;
    }

    public Survey look(Instant now) {
        Placement placement = network.placement();
        Map<Survey.Copies, Long> chunks = new HashMap<>();
        Map<NodeId, Long> only = new HashMap<>();
        Map<IdPrefix, Long> here = new HashMap<>();
        for (KnownChunks.Group group : known.groups(placement.bits(), now)) {
            Set<NodeId> keepers = keepers(group, placement);
            chunks.merge(new Survey.Copies(group.copies(), keepers.size()), group.chunks(), Long::sum);
            if (keepers.size() == 1) {
                only.merge(keepers.iterator().next(), group.chunks(), Long::sum);
            }
            if (group.copies().isPresent()) {
                here.merge(group.part(), group.chunks(), Long::sum);
            }
        }
        Map<NodeId, Sync.Compared> comparisons = sync.comparisons();
        return new Survey(now, chunks, only, parts(new WholeCopies(network, comparisons, copies), placement.bits(), here), comparisons);
    }

    private Set<NodeId> keepers(KnownChunks.Group group, Placement placement) {
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

    private static Map<Integer, Survey.Parts> parts(WholeCopies whole, int bits, Map<IdPrefix, Long> here) {
        Map<Integer, Survey.Parts> parts = new HashMap<>();
        for (int value = 0; value < 1 << bits; value++) {
            IdPrefix part = new IdPrefix(bits, value);
            OptionalInt number = whole.of(part);
            if (number.isPresent()) {
                parts.merge(number.getAsInt(), new Survey.Parts(1, here.getOrDefault(part, 0L)),
                        (some, one) -> some.plus(one.chunks()));
            }
        }
        return parts;
    }
}
