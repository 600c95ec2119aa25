package apidrive.chunk;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

import apidrive.wire.Chunk;

/**
 * A chunk as it was read: its bytes match its id.
 *
 * @param copies    how many the network is to have, 1 to 8
 * @param expiresAt when its lease ends
 * @param direct    its answer outside of the heap; empty for a chunk that is not retrieved often
 */
public record StoredChunk(Chunk chunk, int copies, Instant expiresAt, Optional<DirectAnswer> direct) {
    public StoredChunk(Chunk chunk, int copies, Instant expiresAt) {
        this(chunk, copies, expiresAt, Optional.empty());
    }

    /** The chunk's bytes from where they are sent best: read them, never write. */
    public ByteBuffer bytes() {
        return direct.map(DirectAnswer::bytes).orElseGet(() -> ByteBuffer.wrap(chunk.data()));
    }
}
