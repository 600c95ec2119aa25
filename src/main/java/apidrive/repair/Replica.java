package apidrive.repair;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/**
 * A chunk on its way between nodes.
 *
 * @param copies  how many the network is to have, 1 to 8
 * @param left    how long its lease goes on: nodes tell each other durations, since no two clocks agree
 * @param isFresh whether a user stores it just now: its lease begins, and a deletion is undone
 * @param owed    nodes that may not get it from the sender: the receiver notes them, and sees to it
 */
public record Replica(Chunk chunk, int copies, Duration left, boolean isFresh, Collection<NodeId> owed) {
    /** A copy of what is kept already. */
    public static Replica ofKept(Chunk chunk, int copies, Duration left) {
        return new Replica(chunk, copies, left, false, List.of());
    }

    /** What a user stores just now. */
    public static Replica ofFresh(Chunk chunk, int copies, Duration lifetime, Collection<NodeId> owed) {
        return new Replica(chunk, copies, lifetime, true, owed);
    }
}
