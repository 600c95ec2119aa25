package apidrive.door.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.ws.rs.core.MediaType;

/** Counts the requests under way, and times each by method and status. */
public final class Traffic implements ApplicationEventListener {
    private final AtomicInteger underWay = new AtomicInteger();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final MeterRegistry metrics;

    public Traffic(MeterRegistry metrics) {
        this.metrics = metrics;
        Gauge.builder("apidrive.http.requests.active", underWay, AtomicInteger::get)
                .description("Requests under way").register(metrics);
    }

    /** Requests whose answer has not been written yet. */
    int underWay() {
        return underWay.get();
    }

    /** A request came; {@link Exchange#end} must follow when it was answered. */
    public Exchange begin(String method) {
        underWay.incrementAndGet();
        return new Exchange(known(method), System.nanoTime());
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        // only requests are of interest
    }

    /** Streams of events last as long as somebody looks: they are no load, and no latency. */
    @Override
    public RequestEventListener onRequest(RequestEvent start) {
        if (start.getContainerRequest().getAcceptableMediaTypes().contains(MediaType.SERVER_SENT_EVENTS_TYPE)) {
            return null;
        }
        Exchange exchange = begin(start.getContainerRequest().getMethod());
        return event -> {
            if (event.getType() == RequestEvent.Type.FINISHED) {
                exchange.end(event.getContainerResponse() == null ? 500 : event.getContainerResponse().getStatus());
            }
        };
    }

    /** The verb, or OTHER for one that a client made up, so that the number of series is bounded. */
    private static String known(String method) {
        return switch (method) {
            case "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS" -> method;
            default -> "OTHER";
        };
    }

    /** One request that is being answered. */
    public final class Exchange {
        private final String method;
        private final long beganNanos;

        private Exchange(String method, long beganNanos) {
            this.method = method;
            this.beganNanos = beganNanos;
        }

        public void end(int status) {
            underWay.decrementAndGet();
            timers.computeIfAbsent(method + status, key -> Timer.builder("apidrive.http.requests")
                    .description("Requests answered, and how long they took").tag("method", method)
                    .tag("status", Integer.toString(status)).register(metrics))
                    .record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
        }
    }
}
