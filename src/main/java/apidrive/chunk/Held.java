package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.ChunkId;

/**
 * What a list of chunks tells of one that is kept, alive and undamaged; {@code copies} are wanted of it in the network.
 *
 * @param expiresAt when the last of its leases ends
 * @param slidesTo  when its plain lease ends: {@code expiresAt} unless it is claimed, long past where it has none
 * @param claims    the exclusive or of PostgreSQL's {@code uuid_hash_extended(holder, 0)} of its claims: 0 while nobody claims it
 */
public record Held(ChunkId id, int copies, Instant expiresAt, Instant slidesTo, long claims) {
    /** One that nobody claims. */
    public Held(ChunkId id, int copies, Instant expiresAt) {
        this(id, copies, expiresAt, expiresAt, 0);
    }
}
