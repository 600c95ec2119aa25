package apidrive.door.object;

import static apidrive.problem.Problem.RANGE_NOT_SATISFIABLE;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Range field of a request (RFC 9110 §14). */
final class ByteRanges {
    /** Parts of one answer: beyond that the whole is sent, which costs less than the seeking. */
    static final int MOST = 16;
    /** Ranges with no more than this between them are sent as one: about what stands between two parts. */
    static final long NEAR = 128;
    private static final Pattern UNIT = Pattern.compile("bytes[ \\t]*=(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SPEC = Pattern.compile("(\\d{0,18})[ \\t]*-[ \\t]*(\\d{0,18})");

    /** From the byte {@code first} on up to and with {@code last}. */
    record Span(long first, long last) {
        long length() {
            return last - first + 1;
        }

        /** The value of Content-Range. */
        String of(long size) {
            return "bytes " + first + "-" + last + "/" + size;
        }
    }

    private ByteRanges() {
    }

    /**
     * The parts of {@code size} bytes that are asked for, ascending, none near another. Empty, so that the whole is sent, for a field
     * that is missing (null) or malformed, in another unit, or that asks for too many. Throws RANGE_NOT_SATISFIABLE when nothing is in them.
     */
    static List<Span> parse(String field, long size) {
        Matcher unit = UNIT.matcher(field == null ? "" : field.strip());
        if (!unit.matches()) {
            return List.of();
        }
        List<Span> spans = new ArrayList<>();
        boolean isAny = false;
        for (String text : unit.group(1).split(",")) {
            if (text.isBlank()) {
                continue;  // a list may have empty elements (RFC 9110 §5.6.1)
            }
            Matcher spec = SPEC.matcher(text.strip());
            if (!spec.matches() || spec.group(1).isEmpty() && spec.group(2).isEmpty()) {
                return List.of();
            }
            Span span = span(spec.group(1), spec.group(2), size);
            if (span == null) {
                return List.of();
            }
            isAny = true;
            if (span.first() < size) {
                spans.add(span);
            }
        }
        if (isAny && spans.isEmpty()) {
            throw RANGE_NOT_SATISFIABLE.because("the object has " + size + " bytes").with("Content-Range", "bytes */" + size);
        }
        List<Span> merged = merged(spans);
        return merged.size() > MOST ? List.of() : merged;
    }

    /** Null for what is no range, and for the end of what has no bytes: then the whole, which is nothing, is right. */
    private static Span span(String first, String last, long size) {
        if (first.isEmpty()) {
            long suffix = Long.parseLong(last);
            if (size == 0 && suffix > 0) {
                return null;
            }
            return new Span(suffix == 0 ? size : Math.max(0, size - suffix), size - 1);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        return to < from ? null : new Span(from, Math.min(to, size - 1));
    }

    private static List<Span> merged(List<Span> spans) {
        List<Span> merged = new ArrayList<>();
        for (Span span : spans.stream().sorted(Comparator.comparingLong(Span::first)).toList()) {
            Span before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (before != null && span.first() - before.last() <= NEAR) {
                merged.set(merged.size() - 1, new Span(before.first(), Math.max(before.last(), span.last())));
            } else {
                merged.add(span);
            }
        }
        return merged;
    }
}
