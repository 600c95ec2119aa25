package apidrive.repair;

import java.time.Duration;

import apidrive.wire.ChunkId;

/** That a chunk was deleted, and how long ago: a copy whose lease began later was stored or retrieved since, and stays. */
public record Buried(ChunkId id, Duration age) {
}
