package apidrive.chunk;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

import apidrive.wire.Chunk;

/**
 * A chunk with the end of its lease.
 *
 * @param direct its answer outside of the heap; empty for a chunk that is not retrieved often
 */
public record StoredChunk(Chunk chunk, Instant expiresAt, Optional<DirectAnswer> direct) {
    public StoredChunk(Chunk chunk, Instant expiresAt) {
        this(chunk, expiresAt, Optional.empty());
    }

    /** The chunk's bytes from where they are sent best: read them, never write. */
    public ByteBuffer bytes() {
        return direct.map(DirectAnswer::bytes).orElseGet(() -> ByteBuffer.wrap(chunk.data()));
    }
}
