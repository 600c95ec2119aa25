package apidrive.peer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Reads an answer whole, and gives up, which closes the connection, at the first byte beyond a bound. */
final class BoundedAnswer implements AsyncResponseConsumer<BoundedAnswer.Received> {
    private static final int MOST_PROBLEM_BYTES = 64 * 1024;
    private static final int OK = 200;

    /** What came: {@code head} without its body, and that. */
    record Received(HttpResponse head, byte[] body) {
        boolean isSuccess() {
            return head.getCode() == OK;
        }

        /** A header field's value; null where it is missing. */
        String field(String name) {
            Header field = head.getFirstHeader(name);
            return field == null ? null : field.getValue();
        }
    }

    /** The bytes of an array that grows no further than the bound, without the copy that toByteArray makes. */
    private static final class Bytes extends ByteArrayOutputStream {
        Bytes(int size) {
            super(size);
        }

        byte[] whole() {
            return count == buf.length ? buf : Arrays.copyOf(buf, count);
        }
    }

    private static final int UNKNOWN_SIZE = 1_024;

    private final int most;
    private HttpResponse head;
    private FutureCallback<Received> callback;
    private Bytes bytes;
    private int allowed;

    /** {@code most}: bytes of a success's body that are allowed. */
    BoundedAnswer(int most) {
        this.most = most;
    }

    @Override
    public void consumeResponse(HttpResponse response, EntityDetails entity, HttpContext context,
            FutureCallback<Received> whenRead) {
        head = response;
        callback = whenRead;
        allowed = response.getCode() == OK ? most : MOST_PROBLEM_BYTES;
        long declared = entity == null ? 0 : entity.getContentLength();
        if (declared > allowed) {
            throw tooLong();
        }
        bytes = new Bytes((int) (declared < 0 ? Math.min(UNKNOWN_SIZE, allowed) : declared));
        if (entity == null) {
            whenRead.completed(new Received(head, bytes.whole()));
        }
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {
        // 1xx says nothing that is of use here
    }

    @Override
    public void updateCapacity(CapacityChannel channel) throws java.io.IOException {
        channel.update(Integer.MAX_VALUE);
    }

    @Override
    public void consume(ByteBuffer part) {
        if (part.remaining() > allowed - bytes.size()) {
            throw tooLong();
        }
        if (part.hasArray()) {
            bytes.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            part.position(part.limit());
        } else {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
        }
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        callback.completed(new Received(head, bytes.whole()));
    }

    @Override
    public void failed(Exception cause) {
        // told to whoever waits for the exchange
    }

    @Override
    public void releaseResources() {
        bytes = null;
    }

    private PeerFailure tooLong() {
        return new PeerFailure(PeerFailure.Kind.TOO_LONG, "the answer has more than " + allowed + " bytes", null);
    }
}
