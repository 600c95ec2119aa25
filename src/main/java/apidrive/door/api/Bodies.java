package apidrive.door.api;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.TOO_LARGE;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import jakarta.servlet.http.HttpServletRequest;

/** Reads whole bodies, never more than a bound. */
public final class Bodies {
    /** Bytes for which room is made before any come: a full chunk with what a contract puts around it. */
    private static final int MOST_AT_ONCE = 72 * 1024;
    private static final int GROWTH = 4;  // room for so many times what has come

    private Bodies() {
    }

    /** The Content-Length of a request, -1 when it is unknown. */
    public static int declared(HttpServletRequest request) {
        return (int) Math.min(Integer.MAX_VALUE, request.getContentLengthLong());
    }

    /**
     * All bytes of the body. Throws TOO_LARGE, before reading where the declared length tells, and MALFORMED when the
     * sender broke off.
     *
     * @param declared the Content-Length, -1 when unknown
     * @param most     bytes that are allowed
     */
    public static byte[] read(InputStream body, int declared, int most) {
        if (declared > most) {
            throw tooLarge(most);
        }
        try {
            return declared < 0 ? upTo(most, body) : exactly(declared, body);
        } catch (IOException e) {
            throw MALFORMED.because("the body broke off", e);
        }
    }

    private static byte[] upTo(int most, InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(most + 1);
        if (bytes.length > most) {
            throw tooLarge(most);
        }
        return bytes;
    }

    private static byte[] exactly(int declared, InputStream body) throws IOException {
        byte[] bytes = new byte[Math.min(declared, MOST_AT_ONCE)];
        int came = body.readNBytes(bytes, 0, bytes.length);
        while (came == bytes.length && came < declared) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(declared, (long) GROWTH * came));
            came += body.readNBytes(bytes, came, bytes.length - came);
        }
        if (came < declared) {
            throw new EOFException(came + " of " + declared + " bytes came");
        }
        return bytes;
    }

    private static RuntimeException tooLarge(int most) {
        return TOO_LARGE.because("the body has more than " + most + " bytes");
    }
}
