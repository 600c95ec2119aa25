package apidrive.wire;

import static apidrive.problem.Problem.TOO_LARGE;

/**
 * At most 64 KiB of opaque bytes with the digest and id that follow from them. This is the gate: whoever holds one
 * holds bytes of a lawful size that hash to its id. The array is shared, not copied, and nobody may change it.
 */
public final class Chunk {
    /** The most bytes a chunk has. */
    public static final int MAX_BYTES = 65_536;

    private final ChunkId id;
    private final Digest digest;
    private final byte[] data;

    private Chunk(ChunkId id, Digest digest, byte[] data) {
        this.id = id;
        this.digest = digest;
        this.data = data;
    }

    /** The chunk of these bytes, 0 to 65,536 of them; throws TOO_LARGE for more. */
    public static Chunk of(byte[] data) {
        if (data.length > MAX_BYTES) {
            throw TOO_LARGE.because("a chunk has at most " + MAX_BYTES + " bytes, these are " + data.length);
        }
        Digest digest = Digest.of(data);
        return new Chunk(ChunkId.of(digest), digest, data);
    }

    public ChunkId id() {
        return id;
    }

    public Digest digest() {
        return digest;
    }

    /** The bytes themselves: read them, never write. */
    public byte[] data() {
        return data;
    }

    /** Bytes, 0 to 65,536. */
    public int size() {
        return data.length;
    }
}
