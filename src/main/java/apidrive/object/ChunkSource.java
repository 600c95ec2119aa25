package apidrive.object;

import java.util.Collection;
import java.util.Map;

import apidrive.chunk.GetResult;
import apidrive.wire.ChunkId;

/** Where the chunks of an object are read: in the whole network, or at this node alone. Threads share it. */
@FunctionalInterface
public interface ChunkSource {
    /** What became of each of at most {@link apidrive.chunk.ChunkStore#MAX_GET} chunks, checked. Throws BUSY. */
    Map<ChunkId, GetResult> retrieve(Collection<ChunkId> ids);
}
