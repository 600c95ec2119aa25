package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import apidrive.wire.IdPrefix;

/**
 * A digest of the records in one part of all ids: two nodes with equal ones keep the same, but for one in 2^64 by accident.
 *
 * @param count how many there are, at least 1
 * @param sum   the exclusive or of their sums
 */
record NamePart(IdPrefix part, long count, long sum) {
    /** Bytes of one. */
    static final int BYTES = 3 * Long.BYTES;

    static byte[] write(List<NamePart> parts) {
        ByteBuffer bytes = ByteBuffer.allocate(parts.size() * BYTES);
        parts.forEach(part -> bytes.putLong(part.part().value()).putLong(part.count()).putLong(part.sum()));
        return bytes.array();
    }

    /** Parts of {@code bits}. Throws MALFORMED. */
    static List<NamePart> read(byte[] bytes, int bits) {
        if (bytes.length % BYTES != 0) {
            throw MALFORMED.because("digests of parts have " + BYTES + " bytes each");
        }
        List<NamePart> parts = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            long value = buffer.getLong();
            if (value < 0 || value >= 1L << bits) {
                throw MALFORMED.because("there is no part " + value + " of " + bits + " bits");
            }
            parts.add(new NamePart(new IdPrefix(bits, value), buffer.getLong(), buffer.getLong()));
        }
        return parts;
    }
}
