package apidrive.client;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads an answer of at most so many bytes; a longer one is broken off and fails. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
    private static final int FIRST_CAPACITY = 512;

    private final int most;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private byte[] bytes;
    private int count;
    private Flow.Subscription subscription;

    private BoundedBody(int most, long declared) {
        this.most = most;
        this.bytes = new byte[(int) Math.min(most, Math.max(FIRST_CAPACITY, declared))];
    }

    static HttpResponse.BodyHandler<byte[]> of(int most) {
        return response -> new BoundedBody(most, response.headers().firstValueAsLong("Content-Length").orElse(0));
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        upstream.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int length = buffer.remaining();
            if (length > most - count) {
                subscription.cancel();
                body.completeExceptionally(new IOException("the answer has more than " + most + " bytes"));
                return;
            }
            if (length > bytes.length - count) {
                bytes = Arrays.copyOf(bytes, Math.min(most, Math.max(count + length, 2 * bytes.length)));
            }
            buffer.get(bytes, count, length);
            count += length;
        }
    }

    @Override
    public void onError(Throwable thrown) {
        body.completeExceptionally(thrown);
    }

    @Override
    public void onComplete() {
        body.complete(count == bytes.length ? bytes : Arrays.copyOf(bytes, count));
    }
}
