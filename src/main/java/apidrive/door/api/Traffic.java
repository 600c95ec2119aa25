package apidrive.door.api;

import java.util.concurrent.atomic.AtomicInteger;

import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Counts the requests under way, and times each by method and status. */
public final class Traffic implements ApplicationEventListener {
    private final AtomicInteger underWay = new AtomicInteger();
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

    @Override
    public void onEvent(ApplicationEvent event) {
        // only requests are of interest
    }

    @Override
    public RequestEventListener onRequest(RequestEvent start) {
        underWay.incrementAndGet();
        Timer.Sample began = Timer.start();
        return event -> {
            if (event.getType() == RequestEvent.Type.FINISHED) {
                underWay.decrementAndGet();
                int status = event.getContainerResponse() == null ? 500 : event.getContainerResponse().getStatus();
                began.stop(Timer.builder("apidrive.http.requests").description("Requests answered, and how long they took")
                        .tag("method", method(event)).tag("status", Integer.toString(status)).register(metrics));
            }
        };
    }

    /** The verb, or OTHER for one that a client made up, so that the number of series is bounded. */
    private static String method(RequestEvent event) {
        String method = event.getContainerRequest().getMethod();
        return switch (method) {
            case "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS" -> method;
            default -> "OTHER";
        };
    }
}
