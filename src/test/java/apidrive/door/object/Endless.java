package apidrive.door.object;

import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Bytes of any number that follow from their place, no two chunks of them alike, and the SHA-256 of those read. */
final class Endless extends InputStream {
    final MessageDigest digest;
    private final long end;
    private long place;

    Endless(long end) {
        this.end = end;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (place == end) {
            return -1;
        }
        int count = (int) Math.min(length, end - place);
        for (int i = 0; i < count; i++) {
            into[offset + i] = at(place + i);
        }
        digest.update(into, offset, count);
        place += count;
        return count;
    }

    static byte[] bytes(long from, long to) {
        byte[] bytes = new byte[(int) (to - from)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = at(from + i);
        }
        return bytes;
    }

    /** The least byte of its chunk's number and of its place there, and now and then a higher one. */
    private static byte at(long place) {
        return (byte) (place >>> 16 >>> 8 * (place & 3) ^ place);
    }
}
