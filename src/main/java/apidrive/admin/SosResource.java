package apidrive.admin;

import static apidrive.problem.Problem.NAME_NOT_FOUND;

import apidrive.access.Audit;
import apidrive.door.sos.Blobs;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** What clients stored by the SOS doors, which cannot delete it themselves. */
@Path("/api/admin/sos")
@Produces(Format.JSON_TYPE)
@Administration
public final class SosResource {
    private final Blobs blobs;
    private final Deeds deeds;

    public SosResource(Blobs blobs, Audit audit) {
        this.blobs = blobs;
        this.deeds = new Deeds(audit);
    }

    /** Takes a blob from the SOS doors of all nodes; what other doors keep of it they keep. */
    @DELETE
    @Path("{id}")
    public void delete(@PathParam("id") String id, @Context HttpServletRequest request) {
        boolean isDeleted = deeds.audited(Gate.actor(request), "delete-blob", id, () -> blobs.delete(id));
        if (!isDeleted) {
            throw NAME_NOT_FOUND.because("nobody stored a blob as " + id);
        }
    }
}
