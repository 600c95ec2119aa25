package apidrive.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import apidrive.chunk.GetResult;
import apidrive.chunk.StoredChunk;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.TreeBuilder;
import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.manifest.TreeWalk;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Short parts of an object of more leaves than one node has, read one after another. */
class KnownNodesTest {
    private static final TreeShape SHAPE = TreeShape.STANDARD;
    private static final int LEAVES = SHAPE.fanOut() + 10;
    private static final Digest LEAF = Digest.of(new byte[] {1});

    private final Map<ChunkId, Chunk> kept = new HashMap<>();
    private final List<ChunkId> asked = new ArrayList<>();
    private final TreeNode root = root();
    private long nanos;
    private final KnownNodes nodes = new KnownNodes(ids -> {
        Map<ChunkId, GetResult> results = new HashMap<>();
        ids.forEach(id -> results.put(id, GetResult.found(new StoredChunk(kept.get(id), 3, Instant.MAX))));
        asked.addAll(ids);
        return results;
    }, () -> nanos);

    @Test
    void a_node_is_fetched_once_for_all_who_read_below_it_within_a_minute_and_then_again() {
        read(0);
        read(5);
        read(SHAPE.fanOut() - 1);
        assertThat(asked).containsExactly(ChunkId.of(root.child(0)));
        read(SHAPE.fanOut() + 3);
        assertThat(asked).containsExactly(ChunkId.of(root.child(0)), ChunkId.of(root.child(1)));

        nanos = Duration.ofMinutes(1).toNanos();
        read(0);
        assertThat(asked).hasSize(3);
    }

    @Test
    void a_node_that_is_not_the_one_its_parent_names_is_refused_and_not_remembered() {
        ChunkId first = ChunkId.of(root.child(0));
        Chunk right = kept.put(first, kept.get(ChunkId.of(root.child(1))));
        assertThatThrownBy(() -> read(0)).hasMessageContaining("parent");

        kept.put(first, right);
        read(0);
        assertThat(asked).containsExactly(first, first);
    }

    @Test
    void a_node_that_is_known_is_refused_where_it_does_not_belong() {
        read(0);
        byte[] children = new byte[2 * Digest.BYTES];
        System.arraycopy(root.child(1).bytes(), 0, children, 0, Digest.BYTES);
        System.arraycopy(root.child(0).bytes(), 0, children, Digest.BYTES, Digest.BYTES);
        byte[] turned = rootChunk();
        System.arraycopy(children, 0, turned, turned.length - children.length, children.length);

        assertThatThrownBy(() -> new TreeWalk(SHAPE, TreeNode.decodeRoot(SHAPE, turned), root.bytes() - 1, root.bytes(), nodes).next())
                .hasMessageContaining("belong");
    }

    /** A byte of that leaf. */
    private void read(int leaf) {
        long from = (long) leaf * SHAPE.leafBytes();
        assertThat(new TreeWalk(SHAPE, root, from, from + 1, nodes).next()).isEqualTo(new TreeWalk.Leaf(LEAF, from, SHAPE.leafBytes()));
    }

    private TreeNode root() {
        return TreeNode.decodeRoot(SHAPE, rootChunk());
    }

    private byte[] rootChunk() {
        TreeBuilder tree = new TreeBuilder(SHAPE, node -> kept.put(Chunk.of(node).id(), Chunk.of(node)));
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            tree.leaf(LEAF, SHAPE.leafBytes());
        }
        return tree.root(ObjectDigests.of(new byte[20], new byte[32], new byte[64]));
    }
}
