package apidrive.door.object;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;

import apidrive.object.OpenObject;
import apidrive.object.Places;
import jakarta.servlet.http.HttpServletRequest;

/** As much of an object as a GET wants by its field Range: all of it, one part or several (RFC 9110 §14). */
final class Portion {
    private final long size;
    private final List<ByteRanges.Span> spans;  // empty for all of it
    private final Parts parts;

    private Portion(long size, List<ByteRanges.Span> spans, Parts parts) {
        this.size = size;
        this.spans = spans;
        this.parts = parts;
    }

    /**
     * Returns when the first bytes are here; it must be written then, which gives the place back. Throws RANGE_NOT_SATISFIABLE, BUSY,
     * and why the bytes cannot be had.
     *
     * @param isRangeMeant false where a condition says that the whole is wanted in any case
     */
    static Portion of(OpenObject object, HttpServletRequest asked, boolean isRangeMeant, Places places) {
        long size = object.object().size();
        List<ByteRanges.Span> spans = isRangeMeant ? ByteRanges.parse(asked.getHeader("Range"), size) : List.of();
        List<ByteRanges.Span> sent = spans.isEmpty() ? List.of(new ByteRanges.Span(0, size - 1)) : spans;
        Places.Place place = places.take();
        try {
            return new Portion(size, spans, new Parts(object, sent, place, asked));
        } catch (RuntimeException | Error e) {
            place.close();
            throw e;
        }
    }

    int status() {
        return spans.isEmpty() ? 200 : 206;
    }

    /** What the answer's header says of it, in place of what it says of the object. */
    Map<String, String> fields() {
        String length = Long.toString(parts.length());
        return switch (spans.size()) {
            case 0 -> Map.of("Content-Length", length);
            case 1 -> Map.of("Content-Length", length, "Content-Range", spans.get(0).of(size));
            default -> Map.of("Content-Length", length, "Content-Type", parts.type());
        };
    }

    void writeTo(OutputStream out) {
        parts.write(out);
    }
}
