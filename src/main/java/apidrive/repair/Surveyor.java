package apidrive.repair;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

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
        Tally tally = known.tell(placement.bits(), now, () -> new Tally(network, placement));
        Map<NodeId, Sync.Compared> comparisons = sync.comparisons();
        return new Survey(now, tally.copies(), tally.only(), parts(new WholeCopies(network, comparisons, copies), placement.bits(), tally),
                comparisons);
    }

    private static Map<Integer, Survey.Parts> parts(WholeCopies whole, int bits, Tally tally) {
        Map<Integer, Survey.Parts> parts = new HashMap<>();
        for (int value = 0; value < 1 << bits; value++) {
            IdPrefix part = new IdPrefix(bits, value);
            OptionalInt number = whole.of(part);
            if (number.isPresent()) {
                parts.merge(number.getAsInt(), new Survey.Parts(1, tally.here(part)),
                        (some, one) -> some.plus(one.chunks()));
            }
        }
        return parts;
    }
}
