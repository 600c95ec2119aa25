package apidrive.repair;

import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** A copy that was owed, and which the node keeps by now. */
public record Made(ChunkId id, NodeId node) {
}
