package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import apidrive.wire.Chunk;
import apidrive.wire.Digest;

/**
 * How an object's bytes lie below its root: leaves of {@code leafBytes} but for the last, nodes of {@code fanOut} children but
 * for the last of each level. So a byte's place is arithmetic, and equal bytes make equal trees.
 */
public record TreeShape(int leafBytes, int fanOut) {
    /** The shape of every object: a leaf is a full chunk, and a root with all its children is one as well. */
    public static final TreeShape STANDARD = new TreeShape(Chunk.MAX_BYTES,
            (Chunk.MAX_BYTES - TreeNode.ROOT_HEADER_BYTES) / Digest.BYTES);
    /** The highest level of a root; leaves stand at 0. Four levels hold an exbibyte. */
    public static final int MOST_LEVELS = 4;

    public TreeShape {
        if (leafBytes < 1 || fanOut < 2) {
            throw new IllegalArgumentException("a leaf has at least one byte and a node room for two children");
        }
    }

    /** Bytes below a full node of that level; those of a leaf at level 0. */
    public long capacity(int level) {
        long bytes = leafBytes;
        for (int i = 0; i < level; i++) {
            bytes = Math.multiplyExact(bytes, (long) fanOut);
        }
        return bytes;
    }

    /** The level of the root of an object of {@code bytes}: the least that holds it, at least 1. Throws MALFORMED where none does. */
    public int rootLevel(long bytes) {
        for (int level = 1; level <= MOST_LEVELS; level++) {
            if (bytes <= capacity(level)) {
                return level;
            }
        }
        throw MALFORMED.because("no object has " + bytes + " bytes");
    }

    /** Children of a node of that level with {@code bytes} below it. */
    public int children(int level, long bytes) {
        long each = capacity(level - 1);
        return Math.toIntExact(bytes / each + (bytes % each == 0 ? 0 : 1));
    }

    /** Chunks that keep an object of {@code bytes}, its nodes among them, each counted as often as it occurs. */
    public long chunks(long bytes) {
        long chunks = 0;
        for (int level = rootLevel(bytes); level > 0; level--) {
            long each = capacity(level - 1);
            chunks += bytes / each + (bytes % each == 0 ? 0 : 1);
        }
        return chunks + 1;
    }
}
