package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.ChunkId;

/** What a list of chunks tells of one that is kept, alive and undamaged; {@code copies} are wanted of it in the network. */
public record Held(ChunkId id, int copies, Instant expiresAt) {
}
