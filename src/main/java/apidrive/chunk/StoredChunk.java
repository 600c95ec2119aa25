package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.Chunk;

/** A chunk as it was read: its bytes match its id; its lease ends at {@code expiresAt}; {@code copies} are wanted of it. */
public record StoredChunk(Chunk chunk, int copies, Instant expiresAt) {
}
