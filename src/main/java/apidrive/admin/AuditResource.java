package apidrive.admin;

import java.util.List;

import apidrive.access.Audit;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;

/** What administrators did. */
@Path("/api/admin/audit")
@Produces(Format.JSON_TYPE)
@Administration
public final class AuditResource {
    private final Audit audit;

    public AuditResource(Audit audit) {
        this.audit = audit;
    }

    /** At most {@code limit} rows, 1 to 1,000, with a number below {@code before}, the latest first. */
    @GET
    public List<Document> page(@QueryParam("before") @DefaultValue("9223372036854775807") String before,
            @QueryParam("limit") @DefaultValue("50") String limit) {
        return audit.page(Query.number("before", before), Query.limit(limit)).stream().map(entry -> new Document()
                .with("Number", entry.number()).with("At", entry.at()).with("Actor", entry.actor())
                .with("Client", entry.client().orElse(null)).with("Action", entry.action())
                .with("Subject", entry.subject()).with("Outcome", entry.outcome())).toList();
    }
}
