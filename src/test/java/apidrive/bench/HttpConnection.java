package apidrive.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One keep-alive connection to a server on loopback. Requests come whole, as bytes; answers are read into one buffer,
 * with a Content-Length or chunked. A status outside 200 to 299 is a failure. For one thread.
 */
final class HttpConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final String NO_CONTENT = "HTTP/1.1 204 ";  // has neither a body nor a length (RFC 9110, 15.3.5)
    /** Capacity for answers of a few lines. */
    static final int SMALL = 1 << 9;
    private static final int FIRST_CAPACITY = 1 << 17;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer;
    private int filled;
    private int bodyFrom;
    private int bodyLength;

    HttpConnection(int port) throws IOException {
        this(port, FIRST_CAPACITY);
    }

    /** {@code capacity} is what its buffer begins with; it grows with the answers. */
    HttpConnection(int port, int capacity) throws IOException {
        buffer = new byte[capacity];
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** A request without a body. */
    static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** A request that ends with the bytes of {@code body}. */
    static byte[] request(String method, String path, String type, byte[] body) {
        byte[] head = (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    /** Sends a request and reads its answer, which {@link #body()} then shows; throws for any status but 2xx. */
    void exchange(byte[] request) throws IOException {
        out.write(request);
        filled = 0;
        int headEnd = readHead();
        String head = new String(buffer, 0, headEnd, StandardCharsets.ISO_8859_1);
        int length = contentLength(head);
        bodyFrom = headEnd;
        bodyLength = length < 0 ? readChunked(headEnd) : readUntil(headEnd + length) - headEnd;
        if (!head.startsWith("HTTP/1.1 2")) {
            throw new IOException(head + new String(body(), StandardCharsets.UTF_8));
        }
        if (length >= 0 && filled != headEnd + length) {
            throw new IOException("more bytes came than Content-Length says");
        }
    }

    /** Bytes of the last answer's body. */
    int bodyLength() {
        return bodyLength;
    }

    /** A copy of the last answer's body. */
    byte[] body() {
        return Arrays.copyOfRange(buffer, bodyFrom, bodyFrom + bodyLength);
    }

    /** A copy of a part of it. */
    byte[] body(int from, int length) {
        return Arrays.copyOfRange(buffer, bodyFrom + from, bodyFrom + from + length);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private int readHead() throws IOException {
        int searched = 0;
        while (true) {
            fill();
            for (int i = searched; i + 4 <= filled; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                    return i + 4;
                }
            }
            searched = Math.max(0, filled - 3);
        }
    }

    /** -1 for a chunked answer. */
    private static int contentLength(String head) throws IOException {
        if (head.startsWith(NO_CONTENT)) {
            return 0;
        }
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\ncontent-length:");
        if (at >= 0) {
            return Integer.parseInt(head.substring(at + 17, head.indexOf("\r\n", at + 2)).strip());
        }
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            return -1;
        }
        throw new IOException("an answer without length: " + head);
    }

    /** Moves the chunks together behind the head (RFC 9112, 7.1); returns the body's length. */
    private int readChunked(int headEnd) throws IOException {
        int to = headEnd;
        int at = headEnd;
        while (true) {
            int lineEnd = lineEnd(at);
            int size = Integer.parseInt(new String(buffer, at, lineEnd - at, StandardCharsets.US_ASCII).strip(), 16);
            at = lineEnd + 2;
            readUntil(at + size + 2);
            System.arraycopy(buffer, at, buffer, to, size);
            to += size;
            at += size + 2;
            if (size == 0) {
                return to - headEnd;
            }
        }
    }

    private int lineEnd(int from) throws IOException {
        for (int at = from; ; at++) {
            readUntil(at + 2);
            if (buffer[at] == '\r' && buffer[at + 1] == '\n') {
                return at;
            }
        }
    }

    private int readUntil(int end) throws IOException {
        while (filled < end) {
            fill();
        }
        return end;
    }

    private void fill() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int count = in.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
        filled += count;
    }
}
