package apidrive.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;

import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;

/** Sends buffers one after another, without joining them. */
final class BufferProducer implements AsyncEntityProducer {
    private static final String TYPE = "application/octet-stream";

    private final Queue<ByteBuffer> left = new ArrayDeque<>();
    private final long length;

    BufferProducer(List<ByteBuffer> buffers) {
        buffers.forEach(buffer -> left.add(buffer.duplicate()));
        this.length = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public String getContentType() {
        return TYPE;
    }

    @Override
    public String getContentEncoding() {
        return null;
    }

    @Override
    public boolean isChunked() {
        return false;
    }

    @Override
    public Set<String> getTrailerNames() {
        return Set.of();
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public int available() {
        return left.isEmpty() ? 0 : Math.max(1, left.peek().remaining());
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        while (!left.isEmpty()) {
            channel.write(left.peek());
            if (left.peek().hasRemaining()) {
                return;
            }
            left.remove();
        }
        channel.endStream(null);
    }

    @Override
    public void failed(Exception cause) {
        // told to whoever waits for the exchange
    }

    @Override
    public void releaseResources() {
        left.clear();
    }
}
