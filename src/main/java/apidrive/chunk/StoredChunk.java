package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.Chunk;

/** A chunk with the end of its lease. */
public record StoredChunk(Chunk chunk, Instant expiresAt) {
}
