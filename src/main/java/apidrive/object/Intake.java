package apidrive.object;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;

import apidrive.manifest.ObjectDigests;
import apidrive.manifest.TreeBuilder;
import apidrive.manifest.TreeShape;
import apidrive.wire.Chunk;
import apidrive.wire.Digest;

/** An object on its way in: bytes become leaves, leaves a tree, all of it chunks. At no time is more of it in memory than a few. */
final class Intake {
    /**
     * As much of an object as came, its whole leaves durable.
     *
     * @param tree what a {@link TreeBuilder} goes on from
     * @param tail bytes beyond the last whole leaf, fewer than one has
     */
    record State(byte[] tree, byte[] tail) {
        static final State EMPTY = new State(new byte[Long.BYTES], new byte[0]);
    }

    /** A whole object, durable but for its name. */
    record Whole(Digest root, long size, ObjectDigests digests) {
    }

    private final ChunkPipe pipe;
    private final TreeBuilder tree;
    private final ObjectHash hash;
    private byte[] leaf = new byte[Chunk.MAX_BYTES];
    private int filled;

    /** Goes on from {@code state}; {@code hash} has seen its whole leaves, and sees each that follows. */
    Intake(ChunkPipe pipe, ObjectHash hash, State state) {
        this.pipe = pipe;
        this.tree = new TreeBuilder(TreeShape.STANDARD, node -> pipe.put(Chunk.of(node)), state.tree());
        this.hash = hash;
        System.arraycopy(state.tail(), 0, leaf, 0, state.tail().length);
        this.filled = state.tail().length;
    }

    /** Bytes taken in all. */
    long bytes() {
        return tree.bytes() + filled;
    }

    /** Takes at most {@code most} bytes; returns how many there were. After an IOException what came before it is taken. */
    long take(InputStream in, long most) throws IOException {
        long taken = 0;
        while (taken < most) {
            int read = in.read(leaf, filled, (int) Math.min(leaf.length - filled, most - taken));
            if (read < 0) {
                break;
            }
            taken += read;
            filled += read;
            if (filled == leaf.length) {
                add(leaf);
                leaf = new byte[Chunk.MAX_BYTES];
                filled = 0;
            }
        }
        return taken;
    }

    /** Where it stands, once all of it is durable. */
    State state() {
        pipe.drain();
        return new State(tree.state(), Arrays.copyOf(leaf, filled));
    }

    /**
     * Nothing follows: stores what is left and the tree, the root last, and returns when it is durable. Of an object of one leaf both go
     * together: whoever meets the root before all is durable finds the leaf gone or here, and no name tells of it. {@code check} is told
     * the digests before there is a root, and throws where there is to be none.
     */
    Whole finish(Consumer<ObjectDigests> check) {
        if (filled > 0) {
            add(Arrays.copyOf(leaf, filled));
            filled = 0;
        }
        ObjectDigests digests = hash.digests();
        check.accept(digests);
        Chunk root = Chunk.of(tree.root(digests));
        if (tree.bytes() > Chunk.MAX_BYTES) {
            pipe.drain();
        }
        pipe.put(root);
        pipe.drain();
        return new Whole(root.digest(), tree.bytes(), digests);
    }

    private void add(byte[] bytes) {
        Chunk chunk = Chunk.of(bytes);
        pipe.put(chunk);
        tree.leaf(chunk.digest(), bytes.length);
        hash.update(bytes);
    }
}
