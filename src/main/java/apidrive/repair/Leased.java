package apidrive.repair;

import java.time.Duration;

import apidrive.wire.ChunkId;

/** That a node keeps a chunk: how many copies are wanted of it, and how long its lease goes on there. */
public record Leased(ChunkId id, int copies, Duration left) {
}
