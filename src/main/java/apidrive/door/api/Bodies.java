package apidrive.door.api;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.TOO_LARGE;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads whole bodies, never more than a bound. */
final class Bodies {
    private Bodies() {
    }

    /**
     * All bytes of the body. Throws TOO_LARGE, before reading where the declared length tells, and MALFORMED when the
     * sender broke off.
     *
     * @param declared the Content-Length, -1 when unknown
     * @param most     bytes that are allowed
     */
    static byte[] read(InputStream body, int declared, int most) {
        if (declared > most) {
            throw tooLarge(most);
        }
        try {
            byte[] bytes = body.readNBytes(declared >= 0 ? declared : most + 1);
            if (bytes.length > most) {
                throw tooLarge(most);
            }
            if (bytes.length < declared) {
                throw new EOFException(bytes.length + " of " + declared + " bytes came");
            }
            return bytes;
        } catch (IOException e) {
            throw MALFORMED.because("the body broke off", e);
        }
    }

    private static RuntimeException tooLarge(int most) {
        return TOO_LARGE.because("the body has more than " + most + " bytes");
    }
}
