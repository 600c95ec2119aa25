package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.HashSet;
import java.util.Set;

/**
 * One member under suspicion. Its time to object shortens with every independent accuser, from the longest to the
 * shortest (Lifeguard §IV.B): a single accuser may be the one who is unwell.
 */
final class Suspicion {
    private final Set<NodeId> accusers = new HashSet<>();
    private final long began;
    private final long shortest;
    private final long longest;
    private final int confirmations;

    Suspicion(NodeId accuser, long began, long shortest, long longest, int confirmations) {
        this.began = began;
        this.shortest = shortest;
        this.longest = longest;
        this.confirmations = confirmations;
        accusers.add(accuser);
    }

    /** Counts an accuser; false when it is known already or enough have spoken. */
    boolean confirm(NodeId accuser) {
        return accusers.size() <= confirmations && accusers.add(accuser);
    }

    /** When the member is taken for dead. */
    long deadline() {
        if (confirmations < 1) {
            return began + shortest;
        }
        double share = Math.log(accusers.size()) / Math.log(confirmations + 1.0);
        return began + Math.max(shortest, (long) (longest - (longest - shortest) * share));
    }
}
