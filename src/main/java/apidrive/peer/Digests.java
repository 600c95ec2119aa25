package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.List;

/**
 * A digest of what is known, one for each of 256 ranges of ids by their leading byte, kept up to date by exclusive or,
 * so that a change costs the same at any size. Suspects count as alive, for suspicion is settled by gossip within
 * seconds; the forgotten do not count at all. Equal digests spare a conversation and prove nothing to an adversary.
 */
final class Digests {
    static final int RANGES = 256;
    private static final int RANGE_SHIFT = 56;
    private static final int SUBRANGE_SHIFT = 48;

    private final long[] digests = new long[RANGES];

    /** Adds an entry, or takes away one that was added. */
    void toggle(NodeId id, long sequence, Observed observed) {
        digests[range(id)] ^= of(id, sequence, observed);
    }

    long[] all() {
        return digests.clone();
    }

    /** The leading byte of an id. */
    static int range(NodeId id) {
        return (int) (id.high() >>> RANGE_SHIFT);
    }

    /** The two leading bytes of an id. */
    static int subrange(NodeId id) {
        return (int) (id.high() >>> SUBRANGE_SHIFT);
    }

    /** The digests of the 256 parts of one range by their next byte. */
    static long[] parts(List<Entry> range) {
        long[] parts = new long[RANGES];
        for (Entry entry : range) {
            NodeId id = entry.announcement().id();
            parts[subrange(id) & RANGES - 1] ^= of(id, entry.announcement().sequence(), entry.observed());
        }
        return parts;
    }

    /** One digest of many. */
    static long root(long[] digests) {
        long root = 0;
        for (long digest : digests) {
            root = mixed(root ^ digest);
        }
        return root;
    }

    private static long of(NodeId id, long sequence, Observed observed) {
        if (observed == Observed.FORGOTTEN) {
            return 0;
        }
        return mixed(id.high() ^ mixed(id.low() ^ mixed(2 * sequence + (observed == Observed.DEAD ? 1 : 0))));
    }

    /** Spreads every bit over all (the finaliser of SplitMix64, Steele et al. 2014). */
    private static long mixed(long value) {
        long first = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        long second = (first ^ first >>> 27) * 0x94D049BB133111EBL;
        return second ^ second >>> 31;
    }
}
