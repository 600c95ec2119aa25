package apidrive.admin;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.MALFORMED;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import apidrive.access.Audit;
import apidrive.chunk.Refusals;
import apidrive.repair.NetworkChunks;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;

/** The chunks kept here, by pages of their key: shown, renewed, deleted. */
@Path("/api/admin/chunks")
@Produces(Format.JSON_TYPE)
@Administration
public final class ChunkAdminResource {
    private final ChunkTable table;
    private final NetworkChunks chunks;
    private final Deeds deeds;

    public ChunkAdminResource(ChunkTable table, NetworkChunks chunks, Audit audit) {
        this.table = table;
        this.chunks = chunks;
        this.deeds = new Deeds(audit);
    }

    /**
     * At most {@code limit} chunks, 1 to 1,000, whose id begins with {@code id} and is above {@code after}, ascending;
     * {@code Next} is what to send as {@code after} for the next page, null on the last.
     */
    @GET
    public Document page(@QueryParam("id") @DefaultValue("") String id, @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("50") String limit) {
        IdRange wanted = IdRange.of(id).orElseThrow(() -> MALFORMED.because("id is not the beginning of a chunk's id"));
        IdRange range = after.isEmpty() ? wanted : wanted.from(id(after).uuid());
        int most = Query.limit(limit);
        List<ChunkTable.Row> rows = table.page(range.after(), range.last(), most);
        UUID next = rows.size() == most ? rows.get(most - 1).id().uuid() : null;
        return new Document().with("Chunks", rows.stream().map(ChunkAdminResource::described).toList())
                .with("Next", next == null ? null : next.toString());
    }

    /** Renews the lease at once. */
    @POST
    @Path("{id}/renew")
    public Document renew(@PathParam("id") String id, @Context HttpServletRequest request) {
        ChunkId chunk = id(id);
        Map<ChunkId, Instant> renewed = deeds.audited(Gate.actor(request), "renew-chunk", chunk.toString(),
                () -> chunks.renew(List.of(chunk)));
        if (!renewed.containsKey(chunk)) {
            throw Refusals.of(CHUNK_NOT_FOUND, chunk);
        }
        return new Document().with("Id", chunk).with("ExpiresAt", renewed.get(chunk));
    }

    /**
     * Deletes the chunk and frees its slot at once. What an object needs is refused with CHUNK_CLAIMED unless {@code claimed} is
     * {@code true}: then the object loses it.
     */
    @DELETE
    @Path("{id}")
    public void delete(@PathParam("id") String id, @QueryParam("claimed") @DefaultValue("false") String claimed,
            @Context HttpServletRequest request) {
        ChunkId chunk = id(id);
        boolean evenClaimed = Query.flag("claimed", claimed);
        boolean wasKept = deeds.audited(Gate.actor(request), evenClaimed ? "delete-claimed-chunk" : "delete-chunk", chunk.toString(),
                () -> evenClaimed ? chunks.deleteClaimed(chunk) : chunks.delete(chunk));
        if (!wasKept) {
            throw Refusals.of(CHUNK_NOT_FOUND, chunk);
        }
    }

    private static Document described(ChunkTable.Row row) {
        return new Document().with("Id", row.id()).with("Size", row.size()).with("Sha256", row.digest().toString())
                .with("StoredAt", row.storedAt()).with("ExpiresAt", row.expiresAt())
                .with("CheckedAt", row.checkedAt().orElse(null)).with("DamagedAt", row.damagedAt().orElse(null))
                .with("Epoch", row.epoch()).with("Live", row.isLive());
    }

    private static ChunkId id(String text) {
        return ChunkId.parse(text).orElseThrow(() -> MALFORMED.because("'" + text + "' is not a chunk's id"));
    }
}
