package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

import apidrive.wire.Digest;

/**
 * The leaves of an object that hold a range of its bytes, in order. Nodes are asked for on the way, each once, and checked: they
 * hash to what their parent says and have the level and size that follow from their place, so that a walk ends.
 */
public final class TreeWalk implements Iterator<TreeWalk.Leaf> {
    /**
     * A leaf.
     *
     * @param digest SHA-256 of its chunk
     * @param offset where its first byte stands in the object
     * @param size   its bytes
     */
    public record Leaf(Digest digest, long offset, int size) {
    }

    /** Where nodes come from. What they throw comes out of the walk. */
    @FunctionalInterface
    public interface Nodes {
        /** The chunk with this SHA-256. */
        byte[] chunk(Digest digest);

        /** The node that it is; throws MALFORMED when the chunk hashes to something else, or is no node below a root. */
        default TreeNode node(TreeShape shape, Digest digest) {
            byte[] chunk = chunk(digest);
            if (!Digest.of(chunk).equals(digest)) {
                throw MALFORMED.because("a node of an object's tree is not the one that its parent names");
            }
            return TreeNode.decodeInner(shape, chunk);
        }
    }

    /** A node on the way to the next leaf; {@code offset} is that of its first byte, {@code next} the child to go on with. */
    private static final class Step {
        private final TreeNode node;
        private final long offset;
        private int next;

        private Step(TreeNode node, long offset, int next) {
            this.node = node;
            this.offset = offset;
            this.next = next;
        }
    }

    private final TreeShape shape;
    private final Nodes nodes;
    private final long to;
    private final Deque<Step> path = new ArrayDeque<>();
    private long place;  // of the next leaf, or of the first byte wanted

    /** Of the bytes from {@code from} up to but without {@code to}, which lie in the object. */
    public TreeWalk(TreeShape shape, TreeNode root, long from, long to, Nodes nodes) {
        if (from < 0 || from > to || to > root.bytes()) {
            throw new IllegalArgumentException("bytes " + from + " to " + to + " do not lie in " + root.bytes());
        }
        this.shape = shape;
        this.nodes = nodes;
        this.to = to;
        this.place = from;
        enter(root, 0);
    }

    @Override
    public boolean hasNext() {
        return place < to;
    }

    /** The next leaf; throws MALFORMED when the tree on the way to it is not sound. */
    @Override
    public Leaf next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        while (path.peek().next == path.peek().node.count()) {
            path.pop();
        }
        while (true) {
            Step step = path.peek();
            TreeNode node = step.node;
            int child = step.next++;
            long offset = step.offset + child * shape.capacity(node.level() - 1);
            if (node.level() == 1) {
                int size = (int) node.childBytes(child);
                place = offset + size;
                return new Leaf(node.child(child), offset, size);
            }
            enter(child(node, child), offset);
        }
    }

    private TreeNode child(TreeNode parent, int child) {
        return nodes.node(shape, parent.child(child)).at(parent.level() - 1, parent.childBytes(child));
    }

    private void enter(TreeNode node, long offset) {
        path.push(new Step(node, offset, (int) ((place - offset) / shape.capacity(node.level() - 1))));
    }
}
