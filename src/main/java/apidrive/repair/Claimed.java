package apidrive.repair;

import apidrive.wire.ChunkId;

/** That a chunk is claimed. */
public record Claimed(ChunkId id, Hold hold) {
}
