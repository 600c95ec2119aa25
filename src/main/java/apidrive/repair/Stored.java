package apidrive.repair;

import java.util.List;

import apidrive.chunk.ChunkInfo;
import apidrive.wire.NodeId;

/** A chunk that is acknowledged, and the nodes that keep it durably by now, this one first where it is among them. */
public record Stored(ChunkInfo info, List<NodeId> holders) {
}
