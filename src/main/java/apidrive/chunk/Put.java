package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/**
 * A chunk to keep.
 *
 * @param copies    how many copies the network is to have of it, 1 to {@link #MAX_COPIES}
 * @param expiresAt when its lease ends; empty for a user's store, whose lease begins now and which undoes a deletion
 * @param owed      nodes that have yet to get a copy: noted as rows of {@code heal} in the same transaction
 */
public record Put(Chunk chunk, int copies, Optional<Instant> expiresAt, Collection<NodeId> owed) {
    /** More copies than this protect from nothing that is likely, and placement need look no further. */
    public static final int MAX_COPIES = 8;

    /** A user's store of a chunk of which the network is to have {@code copies}, here and on the nodes {@code owed}. */
    public static Put ofUser(Chunk chunk, int copies, Collection<NodeId> owed) {
        return new Put(chunk, copies, Optional.empty(), owed);
    }

    /** A copy that a peer sent: refused as CHUNK_DELETED while a tombstone says so. */
    public static Put ofPeer(Chunk chunk, int copies, Instant expiresAt) {
        return new Put(chunk, copies, Optional.of(expiresAt), List.of());
    }
}
