package apidrive.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The id of a chunk: a GUID made of the first 16 bytes of its SHA-256, with version 8 and the variant set
 * (RFC 9562 §5.8). Old manifests name other GUIDs; those are ids as well, of chunks that no node of this kind keeps.
 *
 * @param uuid the id in RFC order
 */
public record ChunkId(UUID uuid) implements Comparable<ChunkId> {
    /** Bytes of an id. */
    public static final int BYTES = 16;
    /** Below every other id. */
    public static final ChunkId LOWEST = new ChunkId(new UUID(0, 0));
    private static final int HEX_DIGITS = 2 * BYTES;
    private static final long VERSION_MASK = 0xF000L;
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT_MASK = 0xC000_0000_0000_0000L;
    private static final long VARIANT_RFC = 0x8000_0000_0000_0000L;

    /** The id of the bytes that have this digest. */
    public static ChunkId of(Digest digest) {
        ByteBuffer bytes = ByteBuffer.wrap(digest.bytes());
        long high = bytes.getLong() & ~VERSION_MASK | VERSION_8;
        long low = bytes.getLong() & ~VARIANT_MASK | VARIANT_RFC;
        return new ChunkId(new UUID(high, low));
    }

    /**
     * Reads the spellings of the original: {@code D} (hyphens), {@code N} (32 digits) and {@code B} (braces around D),
     * in any case. Empty for any other text.
     */
    public static Optional<ChunkId> parse(String text) {
        String hex = text;
        if (hex.length() == 38 && hex.charAt(0) == '{' && hex.charAt(37) == '}') {
            hex = hex.substring(1, 37);
        }
        if (hex.length() == 36 && hex.charAt(8) == '-' && hex.charAt(13) == '-' && hex.charAt(18) == '-'
                && hex.charAt(23) == '-') {
            hex = hex.substring(0, 8) + hex.substring(9, 13) + hex.substring(14, 18) + hex.substring(19, 23)
                    + hex.substring(24);
        }
        if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        return Optional.of(new ChunkId(new UUID(HexFormat.fromHexDigitsToLong(hex, 0, HEX_DIGITS / 2),
                HexFormat.fromHexDigitsToLong(hex, HEX_DIGITS / 2, HEX_DIGITS))));
    }

    /** From 16 bytes in RFC order: every group big-endian. */
    public static ChunkId ofRfc(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new ChunkId(new UUID(buffer.getLong(), buffer.getLong()));
    }

    /** From 16 bytes in .NET order: the first three groups little-endian. */
    public static ChunkId ofDotNet(byte[] bytes) {
        return ofRfc(swapped(bytes));
    }

    /** 16 bytes in RFC order. */
    public byte[] toRfc() {
        return ByteBuffer.allocate(BYTES).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits())
                .array();
    }

    /** 16 bytes in .NET order. */
    public byte[] toDotNet() {
        return swapped(toRfc());
    }

    /** Ascending as PostgreSQL orders {@code uuid}: by unsigned bytes. */
    @Override
    public int compareTo(ChunkId other) {
        int high = Long.compareUnsigned(uuid.getMostSignificantBits(), other.uuid.getMostSignificantBits());
        return high != 0 ? high
                : Long.compareUnsigned(uuid.getLeastSignificantBits(), other.uuid.getLeastSignificantBits());
    }

    /** Lower case with hyphens. */
    @Override
    public String toString() {
        return uuid.toString();
    }

    /** The first three groups (4, 2 and 2 bytes) reversed: its own inverse. */
    private static byte[] swapped(byte[] bytes) {
        byte[] swapped = bytes.clone();
        for (int[] pair : new int[][] {{0, 3}, {1, 2}, {4, 5}, {6, 7}}) {
            swapped[pair[0]] = bytes[pair[1]];
            swapped[pair[1]] = bytes[pair[0]];
        }
        return swapped;
    }
}
