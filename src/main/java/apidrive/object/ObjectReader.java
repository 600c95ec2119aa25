package apidrive.object;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.chunk.GetResult;
import apidrive.manifest.Label;
import apidrive.manifest.StoredObject;
import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.name.HashNames;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Finds objects by their roots, whichever node they were stored through. Threads share it. */
public final class ObjectReader {
    private static final int MOST_LABELS = 10_000;  // about 200 bytes each
    private static final Duration LABELS_KEPT = Duration.ofMinutes(1);

    private final ChunkSource chunks;
    private final KnownNodes nodes;
    private final ObjectTable table;
    private final Names names;
    private final int readAhead;
    private final Executor executor;
    private final Cache<ChunkId, Label> labels = Caffeine.newBuilder().maximumSize(MOST_LABELS).expireAfterWrite(LABELS_KEPT)
            .executor(Runnable::run).build();

    /** At most {@code readAhead} leaves of an object are fetched before they are taken; {@code executor} runs that. */
    public ObjectReader(ChunkSource chunks, ObjectTable table, Names names, int readAhead, Executor executor) {
        this.chunks = chunks;
        this.nodes = new KnownNodes(chunks);
        this.table = table;
        this.names = names;
        this.readAhead = readAhead;
        this.executor = executor;
    }

    /** The object; throws OBJECT_NOT_FOUND when there is no such chunk or it is no root, and what a retrieval throws. */
    public OpenObject open(ChunkId id) {
        return open(id, root -> label(id, root));
    }

    /** The object that is named; throws OBJECT_NOT_FOUND when the name was deleted, else as {@link #open(ChunkId)}. */
    public OpenObject open(NameRecord name) {
        ChunkId id = name.object().orElseThrow(() -> OBJECT_NOT_FOUND.because(name.key() + " was deleted"));
        return open(id, root -> {
            if (!HashNames.fits(name.key(), root.digests())) {
                throw OBJECT_NOT_FOUND.because(name.key() + " is not what the object says of itself");
            }
            return name.label();
        });
    }

    private OpenObject open(ChunkId id, Function<TreeNode, Label> label) {
        Chunk chunk = find(id).filter(found -> TreeNode.isRoot(found.data()))
                .orElseThrow(() -> OBJECT_NOT_FOUND.because("there is no object " + id));
        TreeNode root = TreeNode.decodeRoot(TreeShape.STANDARD, chunk.data());
        StoredObject object = new StoredObject(chunk.digest(), root.bytes(), root.digests(), label.apply(root), null);
        return new OpenObject(chunks, object, root, nodes, readAhead, executor);
    }

    private Optional<Chunk> find(ChunkId id) {
        GetResult result = chunks.retrieve(List.of(id)).get(id);
        return result.refusal().filter(CHUNK_NOT_FOUND::equals).isPresent() ? Optional.empty() : Optional.of(result.orThrow(id).chunk());
    }

    /** What its uploader called it: as this node knows, or those who keep the name that its SHA-256 is. */
    private Label label(ChunkId id, TreeNode root) {
        return table.find(id).map(StoredObject::label).orElseGet(() -> {
            Label known = labels.getIfPresent(id);
            if (known == null) {
                known = named(id, root);
                labels.put(id, known);
            }
            return known;
        });
    }

    private Label named(ChunkId id, TreeNode root) {
        try {
            return names.find(HashNames.sha256(root.digests().sha256())).filter(name -> name.object().filter(id::equals).isPresent())
                    .map(NameRecord::label).orElse(Label.NONE);
        } catch (ProblemException e) {
            return Label.NONE;
        }
    }

    /** The chunk of a node; throws what a retrieval throws. */
    static byte[] node(ChunkSource chunks, Digest digest) {
        ChunkId id = ChunkId.of(digest);
        return new Retrieval(chunks, () -> true).of(List.of(id)).get(id).data();
    }
}
