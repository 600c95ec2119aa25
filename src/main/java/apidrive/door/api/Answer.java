package apidrive.door.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
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
    private List<ByteBuffer> body;  // one after another, each from its first byte up to its limit
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
        return body(contentType, List.of(bytes));
    }

    /** Of parts, each from its first byte up to its limit. */
    public Answer body(String contentType, List<ByteBuffer> parts) {
        body = parts;
        return with("Content-Type", contentType).with("Content-Length", length());
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
        byte[] copy = new byte[length()];
        int at = 0;
        for (ByteBuffer part : body) {
            part.get(0, copy, at, part.limit());
            at += part.limit();
        }
        return copy;
    }

    public void write(HttpServletResponse response) throws IOException {
        try {
            response.setStatus(status);
            headers.forEach(response::setHeader);
            if (body != null) {
                for (ByteBuffer part : body) {
                    BufferOutput.write(part, response.getOutputStream());
                }
            } else if (stream != null) {
                stream.writeTo(response.getOutputStream());
            }
        } finally {
            end.run();
        }
    }

    private int length() {
        return body.stream().mapToInt(ByteBuffer::limit).sum();
    }
}
