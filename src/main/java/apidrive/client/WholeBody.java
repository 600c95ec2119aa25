package apidrive.client;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/** A body that is some arrays, sent without copying them: the client's own publishers cut them into copies of 16 KiB. */
final class WholeBody implements BodyPublisher {
    private final List<byte[]> parts;

    /** The parts follow each other; there is at least one. */
    WholeBody(List<byte[]> parts) {
        this.parts = parts;
    }

    @Override
    public long contentLength() {
        return parts.stream().mapToLong(part -> part.length).sum();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            private int next;

            /** May be called anew by {@code onNext}, which then has sent what follows; asking again is harmless. */
            @Override
            public void request(long count) {
                for (long i = 0; i < count && next < parts.size(); i++) {
                    ByteBuffer part = ByteBuffer.wrap(parts.get(next++));
                    boolean isLast = next == parts.size();
                    subscriber.onNext(part);
                    if (isLast) {
                        subscriber.onComplete();
                    }
                }
            }

            @Override
            public void cancel() {
                next = parts.size();
            }
        });
    }
}
