package apidrive.repair;

import java.time.Duration;

import apidrive.wire.ChunkId;

/** That a chunk was deleted, and how long that is still to be remembered. */
public record Buried(ChunkId id, Duration left) {
}
