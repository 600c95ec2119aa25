package apidrive.object;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import apidrive.manifest.StoredObject;
import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.manifest.TreeWalk;
import apidrive.wire.Digest;

/** An object whose root is at hand: what it is, and its bytes from anywhere on. */
public final class OpenObject {
    /** Bytes of the object that are on their way. */
    public static final class Passage implements AutoCloseable {
        private final ReadAhead leaves;
        private final long from;
        private final long to;
        private final Consumer<byte[]> witness;

        private Passage(ReadAhead leaves, long from, long to, Consumer<byte[]> witness) {
            this.leaves = leaves;
            this.from = from;
            this.to = to;
            this.witness = witness;
        }

        /** Returns when the first of them are here. Throws why they cannot be had. */
        public Passage await() {
            leaves.await();
            return this;
        }

        /** Writes all of them, each leaf once it is here. After an exception some have been written. */
        public void writeTo(OutputStream out) throws IOException {
            for (ReadAhead.Fetched next = leaves.next(); next != null; next = leaves.next()) {
                witness.accept(next.data());
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

    private final ChunkSource chunks;
    private final StoredObject object;
    private final TreeNode root;
    private final TreeWalk.Nodes nodes;
    private final int readAhead;
    private final Executor executor;
    private final Supplier<Consumer<byte[]>> witnesses;  // of each who reads all of it

    OpenObject(ChunkSource chunks, StoredObject object, TreeNode root, TreeWalk.Nodes nodes, int readAhead, Executor executor) {
        this(chunks, object, root, nodes, readAhead, executor, () -> leaf -> { });
    }

    private OpenObject(ChunkSource chunks, StoredObject object, TreeNode root, TreeWalk.Nodes nodes, int readAhead, Executor executor,
            Supplier<Consumer<byte[]>> witnesses) {
        this.chunks = chunks;
        this.object = object;
        this.root = root;
        this.nodes = nodes;
        this.readAhead = readAhead;
        this.executor = executor;
        this.witnesses = witnesses;
    }

    /**
     * The same, but who reads all of it is given the last leaf only when it all hashes to {@code sha512}, in lower-case hexadecimal
     * digits, and else a DIGEST_MISMATCH; {@code proven} runs each time it did.
     */
    public OpenObject proving(String sha512, Runnable proven) {
        return new OpenObject(chunks, object, root, nodes, readAhead, executor, () -> new Proof(root.bytes(), sha512, proven)::take);
    }

    public StoredObject object() {
        return object;
    }

    /** The bytes from {@code from} up to but without {@code to}, to be closed. */
    public Passage passage(long from, long to) {
        boolean isAll = from == 0 && to == root.bytes();
        return new Passage(new ReadAhead(chunks, walk(from, to), readAhead, executor), from, to,
                isAll ? witnesses.get() : leaf -> { });
    }

    /** All leaves in order. */
    public Iterator<TreeWalk.Leaf> leaves() {
        return walk(0, root.bytes());
    }

    /** Those that hold the bytes from {@code from} up to but without {@code to}, in order. */
    public Iterator<TreeWalk.Leaf> leaves(long from, long to) {
        return walk(from, to);
    }

    /** All leaves in order; {@code below} is told of each node between the root and them when it is come to. */
    Iterator<TreeWalk.Leaf> leaves(Consumer<Digest> below) {
        return leaves(0, below);
    }

    /** As the other, from the leaf on that has the byte at {@code from}. */
    Iterator<TreeWalk.Leaf> leaves(long from, Consumer<Digest> below) {
        return new TreeWalk(TreeShape.STANDARD, root, from, root.bytes(), digest -> {
            below.accept(digest);
            return nodes.chunk(digest);
        });
    }

    private TreeWalk walk(long from, long to) {
        return new TreeWalk(TreeShape.STANDARD, root, from, to, nodes);
    }
}
