package apidrive.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * The id of a node: a GUID made of the first 16 bytes of the SHA-256 of its raw Ed25519 public key, with version 8 and
 * the variant set (RFC 9562 §5.8), as a {@link ChunkId} is made from a chunk. So nobody can take another's id without
 * its key.
 *
 * @param uuid the id in RFC order
 */
public record NodeId(UUID uuid) implements Comparable<NodeId> {
    /** Bytes of an id. */
    public static final int BYTES = 16;
    /** Below every other id. */
    public static final NodeId LOWEST = new NodeId(new UUID(0, 0));
    private static final int KEY_BYTES = 32;

    /** The id that belongs to a raw public key of 32 bytes (RFC 8032 §5.1.5). */
    public static NodeId of(byte[] publicKey) {
        if (publicKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes, not " + publicKey.length);
        }
        return new NodeId(ChunkId.of(Digest.of(publicKey)).uuid());
    }

    /** Reads 36 characters with hyphens, or 32 digits, in any case; empty for any other text. */
    public static Optional<NodeId> parse(String text) {
        return ChunkId.parse(text).map(guid -> new NodeId(guid.uuid()));
    }

    /** From 16 bytes in RFC order. */
    public static NodeId ofBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new NodeId(new UUID(buffer.getLong(), buffer.getLong()));
    }

    /** 16 bytes in RFC order. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(high()).putLong(low()).array();
    }

    /** The leading 8 bytes. */
    public long high() {
        return uuid.getMostSignificantBits();
    }

    /** The trailing 8 bytes. */
    public long low() {
        return uuid.getLeastSignificantBits();
    }

    /** Ascending as PostgreSQL orders {@code uuid}: by unsigned bytes. */
    @Override
    public int compareTo(NodeId other) {
        int leading = Long.compareUnsigned(high(), other.high());
        return leading != 0 ? leading : Long.compareUnsigned(low(), other.low());
    }

    /** Lower case with hyphens. */
    @Override
    public String toString() {
        return uuid.toString();
    }
}
