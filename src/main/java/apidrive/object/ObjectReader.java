package apidrive.object;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

import apidrive.chunk.GetResult;
import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Finds objects by their roots, whichever node they were stored through. Threads share it. */
public final class ObjectReader {
    private final ChunkSource chunks;
    private final ObjectTable table;
    private final int readAhead;
    private final Executor executor;

    /** At most {@code readAhead} leaves of an object are fetched before they are taken; {@code executor} runs that. */
    public ObjectReader(ChunkSource chunks, ObjectTable table, int readAhead, Executor executor) {
        this.chunks = chunks;
        this.table = table;
        this.readAhead = readAhead;
        this.executor = executor;
    }

    /** The object; throws OBJECT_NOT_FOUND when there is no such chunk or it is no root, and what a retrieval throws. */
    public OpenObject open(ChunkId id) {
        Chunk chunk = find(id).filter(found -> TreeNode.isRoot(found.data()))
                .orElseThrow(() -> OBJECT_NOT_FOUND.because("there is no object " + id));
        TreeNode root = TreeNode.decodeRoot(TreeShape.STANDARD, chunk.data());
        Label label = table.find(id).map(StoredObject::label).orElse(Label.NONE);
        StoredObject object = new StoredObject(chunk.digest(), root.bytes(), root.digests(), label, null);
        return new OpenObject(chunks, object, root, digest -> node(chunks, digest), readAhead, executor);
    }

    private Optional<Chunk> find(ChunkId id) {
        GetResult result = chunks.retrieve(List.of(id)).get(id);
        return result.refusal().filter(CHUNK_NOT_FOUND::equals).isPresent() ? Optional.empty() : Optional.of(result.orThrow(id).chunk());
    }

    /** The chunk of a node; throws what a retrieval throws. */
    static byte[] node(ChunkSource chunks, Digest digest) {
        ChunkId id = ChunkId.of(digest);
        return new Retrieval(chunks, () -> true).of(List.of(id)).get(id).data();
    }
}
