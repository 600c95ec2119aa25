package apidrive.object;

import static apidrive.problem.Problem.DIGEST_MISMATCH;

import java.security.MessageDigest;
import java.util.HexFormat;

/** Hashes an object on its way out, for a root says of its bytes what whoever made it chose. */
final class Proof {
    private final MessageDigest sha512 = ObjectHash.made("SHA-512");
    private final String expected;
    private final Runnable proven;
    private long left;

    /** Of {@code bytes} that are to hash to {@code expected}; {@code proven} runs when they did. */
    Proof(long bytes, String expected, Runnable proven) {
        this.left = bytes;
        this.expected = expected;
        this.proven = proven;
    }

    /** Sees the next leaf before anybody else does; throws DIGEST_MISMATCH at the last where all are not what they should be. */
    void take(byte[] leaf) {
        sha512.update(leaf);
        left -= leaf.length;
        if (left == 0) {
            String digest = HexFormat.of().formatHex(sha512.digest());
            if (!digest.equals(expected)) {
                throw DIGEST_MISMATCH.because("what is kept as the SHA-512 " + expected + " hashes to " + digest);
            }
            proven.run();
        }
    }
}
