package apidrive.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** How a server of files names and takes what it stores. */
enum FileKind {
    /** {@code PUT} and {@code GET /{name}}, any name. */
    PLAIN("PUT", "/"),
    /** {@code POST} and {@code GET /blob/{id}}, the id being the SHA-1 of the bytes in hex. */
    SOS("POST", "/blob/");

    /** Letters of a name. */
    static final int NAME_LENGTH = 40;
    private static final AtomicLong COUNT = new AtomicLong(System.nanoTime());

    final String method;
    final String lead;

    FileKind(String method, String lead) {
        this.method = method;
        this.lead = lead;
    }

    /** The name for bytes that nobody stored before. */
    byte[] name(byte[] bytes, int offset, int length) {
        String name = this == SOS ? sha1(bytes, offset, length) : "%040x".formatted(COUNT.incrementAndGet());
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    private static String sha1(byte[] bytes, int offset, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(bytes, offset, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
