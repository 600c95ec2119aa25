package apidrive.door.api;

import java.util.Map;
import java.util.function.BooleanSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.sql.SqlFailure;
import apidrive.wire.Document;
import apidrive.wire.Format;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;

/** For whoever watches: is the process alive, can it do its work, what has it done. */
@Path("/")
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class HealthResource {
    private static final Logger LOG = LoggerFactory.getLogger(HealthResource.class);

    private final Map<String, BooleanSupplier> checks;
    private final PrometheusMeterRegistry metrics;

    /** {@code checks} name what a node needs to do its work; each may throw. */
    public HealthResource(Map<String, BooleanSupplier> checks, PrometheusMeterRegistry metrics) {
        this.checks = checks;
        this.metrics = metrics;
    }

    @GET
    @Path("health/live")
    public Document live() {
        return new Document().with("Status", "up");
    }

    /** 503 while anything that the node needs is missing. */
    @GET
    @Path("health/ready")
    public Response ready() {
        Document details = new Document();
        boolean ready = true;
        for (Map.Entry<String, BooleanSupplier> check : checks.entrySet()) {
            boolean up = isUp(check.getValue());
            details.with(check.getKey(), up ? "up" : "down");
            ready &= up;
        }
        return Response.status(ready ? 200 : 503)
                .entity(new Document().with("Status", ready ? "up" : "down").with("Checks", details)).build();
    }

    /** Whether nothing that the node needs is missing. */
    public boolean isReady() {
        return checks.values().stream().allMatch(HealthResource::isUp);
    }

    /** In Prometheus' text format 0.0.4. */
    @GET
    @Path("metrics")
    @Produces("text/plain; version=0.0.4; charset=utf-8")
    public String metrics() {
        return metrics.scrape();
    }

    private static boolean isUp(BooleanSupplier check) {
        try {
            return check.getAsBoolean();
        } catch (SqlFailure failure) {
            LOG.debug("check failed", failure);
            return false;
        }
    }
}
