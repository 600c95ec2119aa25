package apidrive.peer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import apidrive.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Counts the calls to peers by route and by how they ended, and their bytes. */
final class PeerMetrics {
    private final MeterRegistry registry;
    private final Map<String, Timer> calls = new ConcurrentHashMap<>();
    private final Map<String, Counter> bytes = new ConcurrentHashMap<>();

    PeerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    Call begin(String path, List<ByteBuffer> body) {
        String route = path.substring(path.lastIndexOf('/') + 1);
        bytes(route, "sent").increment(body.stream().mapToLong(ByteBuffer::remaining).sum());
        return new Call(route, System.nanoTime());
    }

    private Counter bytes(String route, String direction) {
        return bytes.computeIfAbsent(route + ' ' + direction, key -> Counter.builder("apidrive.peer.bytes")
                .description("Bytes of bodies in calls to peers").baseUnit("bytes").tag("route", route)
                .tag("direction", direction).register(registry));
    }

    private static String outcome(Throwable failure) {
        return failure == null ? "ok" : failure instanceof PeerFailure peer ? peer.kind().name().toLowerCase(Locale.ROOT)
                : failure instanceof ProblemException problem ? problem.problem().name().toLowerCase(Locale.ROOT)
                : failure instanceof CancellationException ? "cancelled" : "failed";
    }

    /** A call that is under way. */
    final class Call {
        private final String route;
        private final long beganNanos;

        private Call(String route, long beganNanos) {
            this.route = route;
            this.beganNanos = beganNanos;
        }

        /** It ended, with an answer or a failure, the other being null. */
        void end(byte[] answer, Throwable failure) {
            if (answer != null) {
                bytes(route, "received").increment(answer.length);
            }
            String outcome = outcome(failure);
            calls.computeIfAbsent(route + ' ' + outcome, key -> Timer.builder("apidrive.peer.calls")
                    .description("Calls to peers, and how long they took").tag("route", route).tag("outcome", outcome)
                    .register(registry)).record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
        }
    }
}
