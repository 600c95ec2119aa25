package apidrive.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Hands on each of the BSON documents that follow one another in a body as soon as it is whole, and breaks off where one
 * is longer than allowed or more come than were asked for. What the sink throws breaks it off as well. The body that is
 * left in the end is empty.
 */
final class DocumentsBody implements BodySubscriber<byte[]> {
    private static final int LENGTH_BYTES = 4;
    private static final int LEAST_BYTES = 5;
    private static final byte[] NOTHING = new byte[0];

    /** Takes the bytes of a document; called from one thread at a time. */
    @FunctionalInterface
    interface Sink {
        void take(byte[] document) throws IOException;
    }

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final int most;
    private final Sink sink;
    private byte[] document = new byte[LENGTH_BYTES];  // at first its length alone
    private int count;
    private Flow.Subscription subscription;

    /** Documents of at most {@code most} bytes each. */
    DocumentsBody(int most, Sink sink) {
        this.most = most;
        this.sink = sink;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        try {
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining() && !result.isDone()) {
                    take(buffer);
                }
            }
        } catch (IOException | RuntimeException e) {
            subscription.cancel();
            result.completeExceptionally(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        if (count == 0) {
            result.complete(NOTHING);
        } else {
            result.completeExceptionally(new IOException("the answer ends within a document"));
        }
    }

    private void take(ByteBuffer buffer) throws IOException {
        int length = Math.min(buffer.remaining(), document.length - count);
        buffer.get(document, count, length);
        count += length;
        if (count == LENGTH_BYTES) {
            document = Arrays.copyOf(document, length());
        } else if (count == document.length) {
            byte[] whole = document;
            document = new byte[LENGTH_BYTES];
            count = 0;
            sink.take(whole);
        }
    }

    private int length() throws IOException {
        int length = ByteBuffer.wrap(document).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length < LEAST_BYTES) {
            throw new IOException("something that is not a BSON document stands where one should begin");
        }
        if (length > most) {
            throw new BoundedBody.TooLongException(most);
        }
        return length;
    }
}
