package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** What is known of a chunk: its digest, its bytes' count (0 to 65,536) and the end of its lease. */
public record ChunkInfo(ChunkId id, Digest digest, int size, Instant expiresAt) {
}
