package apidrive.object;

import static apidrive.problem.Problem.CHECKSUM_MISMATCH;
import static apidrive.problem.Problem.MALFORMED;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the bytes of one request are to hash to (tus 1.0, Checksum).
 *
 * @param algorithm as Java names it
 */
public record Checksum(String algorithm, byte[] expected) {
    private static final Map<String, String> ALGORITHMS = Map.of("sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512");
    /** Those that are understood, as clients name them. */
    public static final List<String> NAMES = List.of("sha1", "sha256", "sha512");

    /** The algorithm's name, a space and the digest in base64; throws MALFORMED. */
    public static Checksum parse(String text) {
        String[] parts = text.strip().split(" ", 2);
        String algorithm = ALGORITHMS.get(parts[0].toLowerCase(Locale.ROOT));
        if (algorithm == null || parts.length < 2) {
            throw MALFORMED.because("the checksum is not one of " + String.join(", ", NAMES) + " and a digest in base64");
        }
        try {
            return new Checksum(algorithm, Base64.getDecoder().decode(parts[1].strip()));
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("the checksum is not in base64", e);
        }
    }

    MessageDigest digest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    /** Throws CHECKSUM_MISMATCH unless {@code digest} has seen these bytes. */
    void require(MessageDigest digest) {
        if (!MessageDigest.isEqual(digest.digest(), expected)) {
            throw CHECKSUM_MISMATCH.because("the bytes sent have another " + algorithm + ", and were discarded");
        }
    }
}
