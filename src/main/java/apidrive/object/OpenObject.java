package apidrive.object;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.concurrent.Executor;

import apidrive.manifest.StoredObject;
import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.manifest.TreeWalk;
import apidrive.repair.NetworkChunks;

/** An object whose root is at hand: what it is, and its bytes from anywhere on. */
public final class OpenObject {
    /** Bytes of the object that are on their way. */
    public static final class Passage implements AutoCloseable {
        private final ReadAhead leaves;
        private final long from;
        private final long to;

        private Passage(ReadAhead leaves, long from, long to) {
            this.leaves = leaves;
            this.from = from;
            this.to = to;
        }

        /** Returns when the first of them are here. Throws why they cannot be had. */
        public Passage await() {
            leaves.await();
            return this;
        }

        /** Writes all of them, each leaf once it is here. After an exception some have been written. */
        public void writeTo(OutputStream out) throws IOException {
            for (ReadAhead.Fetched next = leaves.next(); next != null; next = leaves.next()) {
                long offset = next.leaf().offset();
                int first = (int) Math.max(0, from - offset);
                out.write(next.data(), first, (int) Math.min(next.data().length, to - offset) - first);
            }
        }

        @Override
        public void close() {
            leaves.close();
        }
    }

    private final NetworkChunks chunks;
    private final StoredObject object;
    private final TreeNode root;
    private final TreeWalk.Nodes nodes;
    private final int readAhead;
    private final Executor executor;

    OpenObject(NetworkChunks chunks, StoredObject object, TreeNode root, TreeWalk.Nodes nodes, int readAhead, Executor executor) {
        this.chunks = chunks;
        this.object = object;
        this.root = root;
        this.nodes = nodes;
        this.readAhead = readAhead;
        this.executor = executor;
    }

    public StoredObject object() {
        return object;
    }

    /** The bytes from {@code from} up to but without {@code to}, to be closed. */
    public Passage passage(long from, long to) {
        return new Passage(new ReadAhead(chunks, leaves(from, to), readAhead, executor), from, to);
    }

    /** All leaves in order. */
    public Iterator<TreeWalk.Leaf> leaves() {
        return leaves(0, root.bytes());
    }

    private TreeWalk leaves(long from, long to) {
        return new TreeWalk(TreeShape.STANDARD, root, from, to, nodes);
    }
}
