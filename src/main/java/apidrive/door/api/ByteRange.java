package apidrive.door.api;

import static apidrive.problem.Problem.RANGE_NOT_SATISFIABLE;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One range of bytes, both ends included (RFC 9110 §14). */
record ByteRange(int first, int last) {
    private static final Pattern SINGLE = Pattern.compile("bytes *= *(\\d{0,18}) *- *(\\d{0,18})",
            Pattern.CASE_INSENSITIVE);

    /**
     * The part of {@code size} bytes that a Range header asks for. Empty, so that the whole is sent, for a header that is
     * missing, malformed, in another unit, or with several ranges. Throws RANGE_NOT_SATISFIABLE when nothing is in it.
     */
    static Optional<ByteRange> parse(String header, int size) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = SINGLE.matcher(header.strip());
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        long first;
        long last = size - 1L;
        if (matcher.group(1).isEmpty()) {
            long suffix = Long.parseLong(matcher.group(2));
            first = suffix == 0 ? size : Math.max(0, size - suffix);
        } else {
            first = Long.parseLong(matcher.group(1));
            if (!matcher.group(2).isEmpty()) {
                if (Long.parseLong(matcher.group(2)) < first) {
                    return Optional.empty();
                }
                last = Math.min(last, Long.parseLong(matcher.group(2)));
            }
        }
        if (first >= size) {
            throw RANGE_NOT_SATISFIABLE.because("the chunk has " + size + " bytes").with("Content-Range", "bytes */" + size);
        }
        return Optional.of(new ByteRange((int) first, (int) last));
    }

    int length() {
        return last - first + 1;
    }

    /** The value of Content-Range. */
    String of(int size) {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
