package apidrive.manifest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

import apidrive.wire.Digest;

/**
 * Builds an object's Merkle tree from its leaves as they come. Of each level it holds one node, so that memory grows with the
 * tree's depth alone; a node is handed out once something follows it, bottom up, and the root last.
 */
public final class TreeBuilder {
    private final TreeShape shape;
    private final Consumer<byte[]> nodes;
    private final byte[][] pending = new byte[TreeShape.MOST_LEVELS + 1][];  // by level: SHA-256s of children, one after another
    private final int[] counts = new int[TreeShape.MOST_LEVELS + 1];
    private long bytes;
    private boolean isWhole;

    /** {@code nodes} is given the chunk of each node but the root, those below a node before it. */
    public TreeBuilder(TreeShape shape, Consumer<byte[]> nodes) {
        this.shape = shape;
        this.nodes = nodes;
    }

    /** One that goes on from where {@link #state} was taken. */
    public TreeBuilder(TreeShape shape, Consumer<byte[]> nodes, byte[] state) {
        this(shape, nodes);
        ByteBuffer from = ByteBuffer.wrap(state);
        bytes = from.getLong();
        for (int level = 1; from.hasRemaining(); level++) {
            counts[level] = from.getInt();
            pending[level] = new byte[shape.fanOut() * Digest.BYTES];
            from.get(pending[level], 0, counts[level] * Digest.BYTES);
        }
    }

    /** Bytes of the leaves so far. */
    public long bytes() {
        return bytes;
    }

    /** The next leaf, of 1 to as many bytes as the shape's leaves have; one of fewer is the last. Throws MALFORMED beyond any root. */
    public void leaf(Digest digest, int size) {
        if (isWhole || size < 1 || size > shape.leafBytes()) {
            throw new IllegalStateException("a leaf of " + size + " bytes cannot follow " + bytes);
        }
        shape.rootLevel(bytes + size);
        isWhole = size < shape.leafBytes();
        add(1, digest);
        bytes += size;
    }

    /** Hands out what is left of the tree but its root, which it returns: the chunk. There is nothing more to be done then. */
    public byte[] root(ObjectDigests digests) {
        int level = 1;
        while (level < TreeShape.MOST_LEVELS && counts[level + 1] > 0) {
            long full = shape.capacity(level);
            long rest = bytes % full;
            handOut(level, rest == 0 ? full : rest);
            level++;
        }
        return TreeNode.encodeRoot(shape, bytes, digests, children(level));
    }

    /** What {@link #TreeBuilder(TreeShape, Consumer, byte[])} takes; everything handed out so far has to be kept by then. */
    public byte[] state() {
        int levels = 0;
        int length = Long.BYTES;
        while (levels < TreeShape.MOST_LEVELS && counts[levels + 1] > 0) {
            levels++;
            length += Integer.BYTES + counts[levels] * Digest.BYTES;
        }
        ByteBuffer state = ByteBuffer.allocate(length).putLong(bytes);
        for (int level = 1; level <= levels; level++) {
            state.putInt(counts[level]).put(pending[level], 0, counts[level] * Digest.BYTES);
        }
        return state.array();
    }

    private void add(int level, Digest child) {
        if (pending[level] == null) {
            pending[level] = new byte[shape.fanOut() * Digest.BYTES];
        }
        if (counts[level] == shape.fanOut()) {
            handOut(level, shape.capacity(level));
            counts[level] = 0;
        }
        System.arraycopy(child.bytes(), 0, pending[level], counts[level] * Digest.BYTES, Digest.BYTES);
        counts[level]++;
    }

    /** The node of that level, which has something beside it and so is below another. */
    private void handOut(int level, long below) {
        byte[] node = TreeNode.encodeInner(level, below, children(level));
        nodes.accept(node);
        add(level + 1, Digest.of(node));
    }

    private byte[] children(int level) {
        return counts[level] == 0 ? new byte[0] : Arrays.copyOf(pending[level], counts[level] * Digest.BYTES);
    }
}
