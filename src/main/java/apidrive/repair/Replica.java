package apidrive.repair;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/**
 * A chunk on its way between nodes.
 *
 * @param copies how many the network is to have, 1 to 8
 * @param left   how long its lease goes on: nodes tell each other durations, since no two clocks agree
 * @param origin why it is sent
 * @param owed   nodes that may not get it from the sender: the receiver notes them, and sees to it
 * @param holds  who claims it, the plain lease among them where it has one; none where it has that alone, or nobody knows
 */
public record Replica(Chunk chunk, int copies, Duration left, Origin origin, Collection<NodeId> owed, List<Hold> holds) {
    /** Why a chunk is sent; on the wire each is its place in this list. */
    public enum Origin {
        /** The sender keeps it, and the receiver should as well. */
        KEPT,
        /** A user stores it just now: its lease begins. Refused where it was deleted, for it may have been stored before that. */
        FRESH,
        /**
         * As it, sent again after that refusal: a deletion before its lease began is undone. That was with the store, or is now where
         * somebody claims it.
         */
        INSISTED
    }

    /** A copy of what is kept already. */
    public static Replica ofKept(Chunk chunk, int copies, Duration left) {
        return new Replica(chunk, copies, left, Origin.KEPT, List.of(), List.of());
    }

    /** What a user stores just now. */
    public static Replica ofFresh(Chunk chunk, int copies, Duration lifetime, Collection<NodeId> owed) {
        return new Replica(chunk, copies, lifetime, Origin.FRESH, owed, List.of());
    }

    /** What a user stores, {@code left} being a lifetime after its lease began. */
    public static Replica ofInsisted(Chunk chunk, int copies, Duration left, Collection<NodeId> owed) {
        return new Replica(chunk, copies, left, Origin.INSISTED, owed, List.of());
    }

    /** The same, held by these. */
    public Replica heldBy(List<Hold> holders) {
        return new Replica(chunk, copies, left, origin, owed, List.copyOf(holders));
    }
}
