package apidrive.wire;

import java.util.Optional;
import java.util.UUID;

/**
 * The id of a node: a GUID made of the first 16 bytes of the SHA-256 of its raw public key (Ed25519, RFC 8032 §5.1.5),
 * with version 8 and the variant set (RFC 9562 §5.8), as a {@link ChunkId} is of its bytes.
 *
 * @param uuid the id in RFC order
 */
public record NodeId(UUID uuid) implements Comparable<NodeId> {
    /** The id that belongs to this key, 32 bytes. */
    public static NodeId of(byte[] publicKey) {
        return new NodeId(ChunkId.of(Digest.of(publicKey)).uuid());
    }

    /** Reads what {@link #toString} writes, in any case; empty for any other text. */
    public static Optional<NodeId> parse(String text) {
        return ChunkId.parse(text).map(id -> new NodeId(id.uuid()));
    }

    /** Ascending as PostgreSQL orders {@code uuid}: by unsigned bytes. */
    @Override
    public int compareTo(NodeId other) {
        return new ChunkId(uuid).compareTo(new ChunkId(other.uuid));
    }

    /** Lower case with hyphens. */
    @Override
    public String toString() {
        return uuid.toString();
    }
}
