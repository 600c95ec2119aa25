package apidrive.door.api;

import static apidrive.problem.Problem.MALFORMED;

import apidrive.chunk.ChunkService;
import apidrive.chunk.StoredChunk;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.DriveRequest;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** Stores and returns chunks by the original's contracts. Bodies: {@link apidrive.wire}; examples: README, "API". */
@Path("/api/drive")
@Consumes({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class ContractResource {
    private final ChunkService chunks;
    private final Admission admission;

    public ContractResource(ChunkService chunks, Admission admission) {
        this.chunks = chunks;
        this.admission = admission;
    }

    /** A retrieve contract is answered as one: the original served both under this route. */
    @POST
    @Path("store")
    public Document store(DriveRequest request, @Context HttpServletRequest sender) {
        if (present(request).isRetrieve()) {
            return retrieve(request);
        }
        Chunk chunk = Chunk.of(request.requireData());
        admission.admit(sender);
        return Replies.stored(chunks.store(chunk));
    }

    @POST
    @Path("retrieve")
    public Document retrieve(DriveRequest request) {
        StoredChunk found = chunks.find(present(request).requireId())
                .or(() -> request.otherReading().flatMap(chunks::find))
                .orElseGet(() -> chunks.retrieve(request.id()));
        return Replies.retrieved(found.chunk().data());
    }

    private static DriveRequest present(DriveRequest request) {
        if (request == null) {
            throw MALFORMED.because("the body is empty");
        }
        return request;
    }
}
