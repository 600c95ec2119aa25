package apidrive.door.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
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
    private ByteBuffer body;  // from the first byte up to the limit
    private Stream stream;
    private Runnable end = () -> { };

    /** A body that is written as it is made. */
    public interface Stream {
        void writeTo(OutputStream out) throws IOException;
    }

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

    /** From the buffer's first byte up to its limit, as {@link Format#encode} makes it. */
    Answer body(String contentType, ByteBuffer bytes) {
        body = bytes;
        return with("Content-Type", contentType).with("Content-Length", bytes.limit());
    }

    /** A body of unknown length, or of one that {@link #with} tells; it is written once, whatever becomes of the client. */
    public Answer body(Stream stream) {
        this.stream = stream;
        return this;
    }

    /** Once it is written, or could not be, {@code end} runs; it is to be written then. */
    public Answer afterwards(Runnable end) {
        this.end = end;
        return this;
    }

    public int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Null where there is none. */
    byte[] body() {
        if (body == null) {
            return null;
        }
        byte[] copy = new byte[body.limit()];
        body.get(0, copy);
        return copy;
    }

    public void write(HttpServletResponse response) throws IOException {
        try {
            response.setStatus(status);
            headers.forEach(response::setHeader);
            if (body != null) {
                BufferOutput.write(body, response.getOutputStream());
            } else if (stream != null) {
                stream.writeTo(response.getOutputStream());
            }
        } finally {
            end.run();
        }
    }
}
