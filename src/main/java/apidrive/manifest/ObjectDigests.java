package apidrive.manifest;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What an object's bytes hash to (FIPS 180-4), each in lower-case hexadecimal digits. */
public record ObjectDigests(String sha1, String sha256, String sha512) {
    private static final int SHA1_BYTES = 20;
    private static final int SHA256_BYTES = 32;
    private static final int SHA512_BYTES = 64;
    /** Of all three, one after another. */
    static final int BYTES = SHA1_BYTES + SHA256_BYTES + SHA512_BYTES;

    public ObjectDigests {
        require(sha1, SHA1_BYTES);
        require(sha256, SHA256_BYTES);
        require(sha512, SHA512_BYTES);
    }

    public static ObjectDigests of(byte[] sha1, byte[] sha256, byte[] sha512) {
        HexFormat hex = HexFormat.of();
        return new ObjectDigests(hex.formatHex(sha1), hex.formatHex(sha256), hex.formatHex(sha512));
    }

    static ObjectDigests read(ByteBuffer from) {
        return of(next(from, SHA1_BYTES), next(from, SHA256_BYTES), next(from, SHA512_BYTES));
    }

    void write(ByteBuffer into) {
        HexFormat hex = HexFormat.of();
        into.put(hex.parseHex(sha1)).put(hex.parseHex(sha256)).put(hex.parseHex(sha512));
    }

    private static byte[] next(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static void require(String hex, int bytes) {
        if (hex.length() != 2 * bytes) {
            throw new IllegalArgumentException("a digest of " + bytes + " bytes has other than " + hex.length() + " digits");
        }
    }
}
