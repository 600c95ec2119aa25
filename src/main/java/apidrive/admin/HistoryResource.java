package apidrive.admin;

import static apidrive.problem.Problem.BUSY;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/** The last hour, and what is added to it while one looks. */
@Path("/api/admin")
@Administration
public final class HistoryResource {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryResource.class);
    private static final int MOST_STREAMS = 16;  // each holds a thread of the container
    private static final Duration LONGEST = Duration.ofMinutes(5);  // then a browser comes again, and is let in again
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** Tells nginx to pass on what comes at once. */
    private static final String UNBUFFERED = "X-Accel-Buffering";

    private final History history;
    private final Semaphore streams = new Semaphore(MOST_STREAMS);

    public HistoryResource(History history) {
        this.history = history;
    }

    @GET
    @Path("history")
    @Produces(Format.JSON_TYPE)
    public List<Document> history() {
        return history.all().stream().map(HistoryResource::described).toList();
    }

    /** Each new sample as a server-sent event (HTML standard §9.2), for five minutes. */
    @GET
    @Path("events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response events() {
        if (!streams.tryAcquire()) {
            throw BUSY.because("at most " + MOST_STREAMS + " browsers may look at once", HEARTBEAT);
        }
        StreamingOutput stream = out -> {
            try {
                send(out);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                LOG.debug("a browser stopped looking", e);
            } finally {
                streams.release();
            }
        };
        return Response.ok(stream).header(UNBUFFERED, "no").build();
    }

    /** As GET would answer; left to JAX-RS it would run the stream, for nobody. */
    @HEAD
    @Path("events")
    public Response eventsHead() {
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS).header(UNBUFFERED, "no").build();
    }

    private void send(OutputStream out) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        Instant seen = Instant.EPOCH;
        write(out, "retry: 2000\n\n");
        while (System.nanoTime() < end && !history.isClosed()) {
            Optional<History.Sample> next = history.await(seen, HEARTBEAT);
            if (next.isPresent()) {
                seen = next.get().at();
                write(out, "data: " + new String(Format.JSON.write(described(next.get())), StandardCharsets.UTF_8) + "\n\n");
            } else {
                write(out, ":\n\n");  // so that a browser that is gone is noticed
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static Document described(History.Sample sample) {
        return new Document().with("At", sample.at()).with("Stores", sample.stores())
                .with("Retrieves", sample.retrieves()).with("StoreMs", described(sample.storeMs()))
                .with("RetrieveMs", described(sample.retrieveMs())).with("Queue", sample.queue())
                .with("InFlight", sample.inFlight()).with("Refusals", sample.refusals())
                .with("Failures", sample.failures());
    }

    private static Document described(History.Latency latency) {
        return new Document().with("P50", latency.p50()).with("P99", latency.p99());
    }
}
