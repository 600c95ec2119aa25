package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.TOO_LARGE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** BSON documents that follow one another on a stream, read one at a time within a bound. */
public final class BsonSequence {
    private static final int LENGTH_BYTES = 4;
    private static final int LEAST_BYTES = 5;

    private final InputStream in;
    private final int most;

    /** Reads from {@code in}, which stays open, documents of at most {@code most} bytes. */
    public BsonSequence(InputStream in, int most) {
        this.in = in;
        this.most = most;
    }

    /**
     * The bytes of the next document, its length prefix included; empty at the end of the stream. Throws MALFORMED when
     * the stream ends within a document or holds none, TOO_LARGE when one is over the bound.
     */
    public Optional<byte[]> next() {
        try {
            byte[] prefix = in.readNBytes(LENGTH_BYTES);
            if (prefix.length == 0) {
                return Optional.empty();
            }
            int length = prefix.length < LENGTH_BYTES ? 0 : ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (length < LEAST_BYTES) {
                throw MALFORMED.because("something that is not a BSON document stands where one should begin");
            }
            if (length > most) {
                throw TOO_LARGE.because("a document has " + length + " bytes, at most " + most + " are read");
            }
            byte[] document = Arrays.copyOf(prefix, length);
            if (in.readNBytes(document, LENGTH_BYTES, length - LENGTH_BYTES) < length - LENGTH_BYTES) {
                throw MALFORMED.because("the stream ends within a document");
            }
            return Optional.of(document);
        } catch (IOException e) {
            throw MALFORMED.because("the stream broke off", e);
        }
    }
}
