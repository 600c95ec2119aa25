package apidrive.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Collects a body into one array and breaks off where it is longer than allowed: a server may send without end. */
final class BoundedBody implements BodySubscriber<byte[]> {
    /** As the expected length. */
    static final int UNKNOWN = -1;
    private static final int FIRST_CAPACITY = 1_024;

    /** The body was longer than allowed. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;

        TooLongException(int most) {
            super("the answer is longer than " + most + " bytes");
        }
    }

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final int most;
    private byte[] bytes;
    private int count;
    private Flow.Subscription subscription;

    /** At most {@code most} bytes; {@code expected} of them, where the server said so, else a negative number. */
    BoundedBody(int most, long expected) {
        this.most = most;
        this.bytes = new byte[expected < 0 ? FIRST_CAPACITY : (int) Math.min(expected, most)];
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
        for (ByteBuffer buffer : buffers) {
            int length = buffer.remaining();
            if (result.isDone()) {
                return;
            }
            if (length > most - count) {
                subscription.cancel();
                result.completeExceptionally(new TooLongException(most));
                return;
            }
            if (length > bytes.length - count) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(count + length, 2L * bytes.length)));
            }
            buffer.get(bytes, count, length);
            count += length;
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
    }
}
