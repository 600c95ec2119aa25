package apidrive.repair;

import java.time.Duration;

import apidrive.wire.ChunkId;

/** That a node keeps a chunk: how many copies are wanted of it, and how long its lease goes on there. */
public record Leased(ChunkId id, int copies, Duration left) {
    /** Whether the other node should be told: more copies are wanted here, or the lease goes on longer, by more than {@code by}. */
    boolean isMore(Leased other, Duration by) {
        return copies > other.copies() || left.compareTo(other.left().plus(by)) > 0;
    }
}
