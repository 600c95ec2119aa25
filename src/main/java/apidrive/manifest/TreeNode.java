package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

import apidrive.problem.ProblemException;
import apidrive.wire.Digest;

/**
 * A node of an object's Merkle tree, which is a chunk. It begins with 32 bytes, numbers big-endian: 8 of magic; a byte each for
 * the version of this format (1), for whether it is the root (0 or 1), for its level (1 to 4, leaves standing at 0) and one 0; 4
 * for the number of children; 8 for the bytes of the object below it; 8 of zeros. In a root the SHA-1, SHA-256 and SHA-512 of
 * the whole object follow. Then 32 bytes for each child: the SHA-256 of its chunk, from which its id follows.
 *
 * <p>What a root says of digests is the word of whoever made it; everything else can be checked.
 */
public final class TreeNode {
    static final int HEADER_BYTES = 32;
    static final int ROOT_HEADER_BYTES = HEADER_BYTES + ObjectDigests.BYTES;
    private static final long MAGIC = 0x8941_4454_5245_450AL;  // \x89ADTREE\n
    private static final byte VERSION = 1;

    private final TreeShape shape;
    private final int level;
    private final long bytes;
    private final Optional<ObjectDigests> digests;
    private final byte[] children;

    private TreeNode(TreeShape shape, int level, long bytes, Optional<ObjectDigests> digests, byte[] children) {
        this.shape = shape;
        this.level = level;
        this.bytes = bytes;
        this.digests = digests;
        this.children = children;
    }

    /** The bytes of a root, whose level follows from {@code bytes}; {@code children} are SHA-256s one after another. */
    static byte[] encodeRoot(TreeShape shape, long bytes, ObjectDigests digests, byte[] children) {
        ByteBuffer node = begun(ROOT_HEADER_BYTES, true, shape.rootLevel(bytes), bytes, children);
        digests.write(node);
        return node.put(children).array();
    }

    /** The bytes of a node below a root. */
    static byte[] encodeInner(int level, long bytes, byte[] children) {
        return begun(HEADER_BYTES, false, level, bytes, children).put(children).array();
    }

    /** Whether a chunk says that it is a root; {@link #decodeRoot} tells whether it is a sound one. */
    public static boolean isRoot(byte[] chunk) {
        return chunk.length >= ROOT_HEADER_BYTES && ByteBuffer.wrap(chunk).getLong() == MAGIC && chunk[9] == 1;
    }

    /** A root, of an object that its maker sized at will; throws MALFORMED for any other bytes. */
    public static TreeNode decodeRoot(TreeShape shape, byte[] chunk) {
        TreeNode node = decode(shape, chunk);
        if (node.digests.isEmpty() || node.level != shape.rootLevel(node.bytes)) {
            throw fault("it is no root");
        }
        return node;
    }

    /** A node below a root; throws MALFORMED for any other bytes. */
    static TreeNode decodeInner(TreeShape shape, byte[] chunk) {
        TreeNode node = decode(shape, chunk);
        if (node.digests.isPresent()) {
            throw fault("it is a root, which does not belong below another node");
        }
        return node;
    }

    /** This node where it belongs at this level, with as many bytes below it; throws MALFORMED where it does not. */
    TreeNode at(int level, long bytes) {
        if (this.level != level || this.bytes != bytes) {
            throw fault("it does not belong where it stands");
        }
        return this;
    }

    /** 1 to 4. */
    public int level() {
        return level;
    }

    /** Of the object below this node. */
    public long bytes() {
        return bytes;
    }

    /** Of a root. */
    public ObjectDigests digests() {
        return digests.orElseThrow();
    }

    /** How many children it has; none in the root of an empty object. */
    public int count() {
        return children.length / Digest.BYTES;
    }

    /** The SHA-256 of a child's chunk. */
    public Digest child(int index) {
        return Digest.ofBytes(Arrays.copyOfRange(children, index * Digest.BYTES, (index + 1) * Digest.BYTES));
    }

    /** Bytes of the object below a child, which are its own where it is a leaf. */
    public long childBytes(int index) {
        long each = shape.capacity(level - 1);
        return Math.min(each, bytes - index * each);
    }

    private static ByteBuffer begun(int header, boolean isRoot, int level, long bytes, byte[] children) {
        return ByteBuffer.allocate(header + children.length).putLong(MAGIC).put(VERSION).put((byte) (isRoot ? 1 : 0))
                .put((byte) level).put((byte) 0).putInt(children.length / Digest.BYTES).putLong(bytes).putLong(0);
    }

    private static TreeNode decode(TreeShape shape, byte[] chunk) {
        if (chunk.length < HEADER_BYTES) {
            throw fault("it is too short");
        }
        ByteBuffer node = ByteBuffer.wrap(chunk);
        if (node.getLong() != MAGIC) {
            throw fault("it is no node");
        }
        byte version = node.get();
        if (version != VERSION) {
            throw fault("its format, " + version + ", is newer than this build");
        }
        byte isRoot = node.get();
        int level = node.get();
        byte filler = node.get();
        int count = node.getInt();
        long bytes = node.getLong();
        if (isRoot < 0 || isRoot > 1 || filler != 0 || node.getLong() != 0) {
            throw fault("its header holds what this build does not know");
        }
        if (level < 1 || level > TreeShape.MOST_LEVELS || bytes < 0 || bytes > shape.capacity(level)
                || bytes == 0 && isRoot == 0) {
            throw fault("its size does not fit its level");
        }
        int header = isRoot == 1 ? ROOT_HEADER_BYTES : HEADER_BYTES;
        if (count != shape.children(level, bytes) || chunk.length != header + (long) count * Digest.BYTES) {
            throw fault("its children do not add up to its size");
        }
        Optional<ObjectDigests> digests = isRoot == 1 ? Optional.of(ObjectDigests.read(node)) : Optional.empty();
        return new TreeNode(shape, level, bytes, digests, Arrays.copyOfRange(chunk, header, chunk.length));
    }

    private static ProblemException fault(String what) {
        return MALFORMED.because("the chunk is no usable node of an object's tree: " + what);
    }
}
