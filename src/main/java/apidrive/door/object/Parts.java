package apidrive.door.object;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import apidrive.object.OpenObject;
import apidrive.object.Places;
import jakarta.servlet.http.HttpServletRequest;

/**
 * One part of an object as it is, or several as {@code multipart/byteranges} (RFC 9110 §14.6). Its length is known before, so that a
 * part that cannot be had to its end is told by the connection's: a status has been sent by then.
 */
final class Parts {
    private final OpenObject object;
    private final List<ByteRanges.Span> spans;
    private final Places.Place place;
    private final HttpServletRequest asked;
    private final String boundary = UUID.randomUUID().toString();
    private final OpenObject.Passage first;

    /**
     * Returns when the first bytes are here, or throws why they cannot be had; {@code place} is given back after the last; the answer
     * to {@code asked} is cut off where there are fewer than were to come.
     */
    Parts(OpenObject object, List<ByteRanges.Span> spans, Places.Place place, HttpServletRequest asked) {
        this.object = object;
        this.spans = spans;
        this.place = place;
        this.asked = asked;
        this.first = passage(spans.get(0)).await();
    }

    /** The Content-Type of several parts. */
    String type() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /** Bytes of all that will be written. */
    long length() {
        long length = spans.size() == 1 ? 0 : end().length;
        for (ByteRanges.Span span : spans) {
            length += span.length() + head(span).length;
        }
        return length;
    }

    void write(OutputStream out) {
        CutOff.guard(asked, "root=" + object.object().id(), () -> {
            try (place) {
                for (ByteRanges.Span span : spans) {
                    out.write(head(span));
                    try (OpenObject.Passage passage = span == spans.get(0) ? first : passage(span)) {
                        passage.writeTo(out);
                    }
                }
                if (spans.size() > 1) {
                    out.write(end());
                }
            }
        });
    }

    private OpenObject.Passage passage(ByteRanges.Span span) {
        return object.passage(span.first(), span.last() + 1);
    }

    private byte[] head(ByteRanges.Span span) {
        if (spans.size() == 1) {
            return new byte[0];
        }
        String line = span == spans.get(0) ? "" : "\r\n";
        return bytes(line + "--" + boundary + "\r\nContent-Type: " + object.object().label().mediaType() + "\r\nContent-Range: "
                + span.of(object.object().size()) + "\r\n\r\n");
    }

    private byte[] end() {
        return bytes("\r\n--" + boundary + "--\r\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
