package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.ChunkId;

/** Proof that a chunk was deleted: until then no peer's copy of it is taken. A user who stores it again undoes it. */
public record Tombstone(ChunkId id, Instant until) {
}
