package apidrive.door.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import apidrive.chunk.ChunkService;
import apidrive.chunk.Slots;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;

/** What a node says of itself: its room, its load, the servers it knows, its API. */
@Path("/api/drive")
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class NodeResource {
    private static final int FULL = 200;  // requests under way at which a node counts as full: a container's usual threads

    /** Who the node is; {@code version} is the build's. */
    public record Identity(UUID id, URI url, String zone, String version) {
    }

    private final Identity identity;
    private final ChunkService chunks;
    private final Traffic traffic;
    private final MeterRegistry metrics;

    public NodeResource(Identity identity, ChunkService chunks, Traffic traffic, MeterRegistry metrics) {
        this.identity = identity;
        this.chunks = chunks;
        this.traffic = traffic;
        this.metrics = metrics;
    }

    @GET
    @Path("slots")
    public Document slots() {
        return slotsNow().with("ChunkSize", Chunk.MAX_BYTES).with("Lifetime", iso(chunks.lifetime()));
    }

    @GET
    @Path("load")
    public Document load() {
        return new Document().with("InFlight", traffic.underWay()).with("Queue", chunks.waiting())
                .with("StoreMs", latencies("apidrive.store")).with("RetrieveMs", latencies("apidrive.retrieve"))
                .with("Score", score());
    }

    @GET
    @Path("servers")
    public List<Document> servers() {
        return List.of(new Document().with("Id", identity.id().toString()).with("Url", identity.url().toString())
                .with("Zone", identity.zone()).with("State", "active").with("Slots", slotsNow()).with("Load", score())
                .with("Version", identity.version()));
    }

    /** The OpenAPI 3.1 description of this API. */
    @GET
    @Path("openapi.json")
    @Produces("application/json")
    public Response openApi() {
        try (InputStream description = NodeResource.class.getResourceAsStream("openapi.json")) {
            return Response.ok(description.readAllBytes()).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** ISO 8601, in days where it is whole days: P30D rather than PT720H. */
    private static String iso(Duration duration) {
        return duration.equals(Duration.ofDays(duration.toDays())) ? "P" + duration.toDays() + "D" : duration.toString();
    }

    private Document slotsNow() {
        Slots slots = chunks.slots();
        return new Document().with("Total", slots.total()).with("Used", slots.used()).with("Free", slots.free());
    }

    /** From 0, idle, to 1, full: the fullest of the threads and the two queues. */
    private double score() {
        return Math.max(chunks.pressure(), Math.min(1, Math.max(0, traffic.underWay() - 1) / (double) FULL));
    }

    /** Milliseconds that half, 95 and 99 of a hundred recent calls took at most. */
    private Document latencies(String timer) {
        Document latencies = new Document();
        Timer found = metrics.find(timer).timer();
        for (ValueAtPercentile value : found.takeSnapshot().percentileValues()) {
            latencies.with("P" + Math.round(value.percentile() * 100), value.value(TimeUnit.MILLISECONDS));
        }
        return latencies;
    }
}
