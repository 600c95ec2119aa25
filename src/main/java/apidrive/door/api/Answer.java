package apidrive.door.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletResponse;

/** What a route answers: a status, header fields in the order added, and a body that may be missing. */
public final class Answer {
    /** What the original puts behind every media type. */
    static final String CHARSET = "; charset=utf-8";

    private final int status;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private ByteBuffer body;  // its array from the first byte up to the limit

    private Answer(int status) {
        this.status = status;
    }

    public static Answer of(int status) {
        return new Answer(status);
    }

    /** 200 with a document in one of {@link Format}'s media types. */
    static Answer of(Document document, String mediaType) {
        return of(200).body(mediaType + CHARSET, Format.ofMediaType(mediaType).orElse(Format.JSON).encode(document));
    }

    public Answer with(String header, Object value) {
        headers.put(header, value.toString());
        return this;
    }

    public Answer body(String contentType, byte[] bytes) {
        return body(contentType, ByteBuffer.wrap(bytes));
    }

    /** As {@link Format#encode} makes it. */
    Answer body(String contentType, ByteBuffer encoded) {
        body = encoded;
        return with("Content-Type", contentType).with("Content-Length", encoded.limit());
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Null where there is none. */
    byte[] body() {
        return body == null ? null : Arrays.copyOf(body.array(), body.limit());
    }

    void write(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        headers.forEach(response::setHeader);
        if (body != null) {
            response.getOutputStream().write(body.array(), 0, body.limit());
        }
    }
}
