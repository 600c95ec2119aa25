package apidrive.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A SHA-256 (FIPS 180-4), 32 bytes. Its array is never changed. */
public final class Digest {
    /** Bytes of a digest. */
    public static final int BYTES = 32;
    private static final int WARM_UP_BYTES = 65_536;
    private static final int WARM_UP_ROUNDS = 2_000;  // a tenth of a second once compiled, half a second before
    private static final AtomicBoolean WARM = new AtomicBoolean();

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Hashes until Java runs the processor's own instructions for it, for less than a second. Passwords of database
     * connections are hashed before, in bits too small for them, and under load the compiler may take minutes to get
     * to it; until then a chunk takes ten times as long. What was compiled serves all of a process: the second call does nothing.
     */
    public static void warmUp() {
        if (WARM.getAndSet(true)) {
            return;
        }
        byte[] data = new byte[WARM_UP_BYTES];
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            of(data);
        }
    }

    /** The digest of {@code data}. */
    public static Digest of(byte[] data) {
        return of(data, 0, data.length);
    }

    /** The digest of {@code length} bytes of {@code data} from {@code offset}. */
    public static Digest of(byte[] data, int offset, int length) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(data, offset, length);
            return new Digest(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A digest made elsewhere: exactly 32 bytes, which are copied. */
    public static Digest ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + bytes.length);
        }
        return new Digest(bytes.clone());
    }

    /** 64 hexadecimal digits in any case; empty for any other text. */
    public static Optional<Digest> parse(String hex) {
        if (hex.length() != 2 * BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        return Optional.of(new Digest(HexFormat.of().parseHex(hex)));
    }

    /** The 32 bytes, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** 64 lower-case hexadecimal digits, as sha256sum prints them. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
