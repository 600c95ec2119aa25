package apidrive.chunk;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

import apidrive.wire.Chunk;

/**
 * A chunk as it was read: its bytes match its id.
 *
 * @param copies    how many the network is to have, 1 to 8
 * @param expiresAt when the last of its leases ends
 * @param slidesTo  when the plain lease ends, which retrievals renew: {@code expiresAt} unless it is claimed, long past where it has none
 * @param direct    its answer outside of the heap; empty for a chunk that is not retrieved often
 */
public record StoredChunk(Chunk chunk, int copies, Instant expiresAt, Instant slidesTo, Optional<DirectAnswer> direct) {
    /** One that nobody claims. */
    public StoredChunk(Chunk chunk, int copies, Instant expiresAt) {
        this(chunk, copies, expiresAt, expiresAt, Optional.empty());
    }

    /** The same with its plain lease renewed to {@code until}, and no direct answer. */
    StoredChunk renewed(Instant until) {
        return new StoredChunk(chunk, copies, expiresAt.isAfter(until) ? expiresAt : until, until, Optional.empty());
    }

    /** The chunk's bytes from where they are sent best: read them, never write. */
    public ByteBuffer bytes() {
        return direct.map(DirectAnswer::bytes).orElseGet(() -> ByteBuffer.wrap(chunk.data()));
    }
}
