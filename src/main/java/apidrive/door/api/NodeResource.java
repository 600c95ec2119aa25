package apidrive.door.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import apidrive.chunk.ChunkService;
import apidrive.chunk.Slots;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;

/** What a node says of itself: its room, its load, its API. */
@Path("/api/drive")
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class NodeResource {
    /** Who the node is; {@code version} is the build's. */
    public record Identity(NodeId id, URI url, String zone, String version) {
    }

    private final ChunkService chunks;
    private final NodeLoad load;
    private final Traffic traffic;
    private final MeterRegistry metrics;

    public NodeResource(ChunkService chunks, NodeLoad load, Traffic traffic, MeterRegistry metrics) {
        this.chunks = chunks;
        this.load = load;
        this.traffic = traffic;
        this.metrics = metrics;
    }

    @GET
    @Path("slots")
    public Document slots() {
        Slots slots = chunks.slots();
        return new Document().with("Total", slots.total()).with("Used", slots.used()).with("Free", slots.free())
                .with("ChunkSize", Chunk.MAX_BYTES).with("Lifetime", iso(chunks.lifetime()));
    }

    @GET
    @Path("load")
    public Document load() {
        return new Document().with("InFlight", traffic.underWay()).with("Queue", chunks.waiting())
                .with("StoreMs", latencies("apidrive.store")).with("RetrieveMs", latencies("apidrive.retrieve"))
                .with("Score", load.score());
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
