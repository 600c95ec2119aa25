package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import apidrive.repair.Survey;
import apidrive.repair.Surveyor;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;

/** The copies that are still to be made, one by one, and what would be lost meanwhile if a server left. */
@Path("/api/admin/network")
@Produces(Format.JSON_TYPE)
@Administration
public final class HealResource {
    private static final String BETWEEN = ".";  // a chunk's id and a node's
    private static final int ID = 36;

    private final HealTable table;
    private final Surveyor surveyor;
    private final InstantSource clock;

    public HealResource(HealTable table, Surveyor surveyor, InstantSource clock) {
        this.table = table;
        this.surveyor = surveyor;
        this.clock = clock;
    }

    /**
     * At most {@code limit} copies, 1 to 1,000, after {@code after}, ascending by chunk and server; if {@code failing} is true,
     * those of which an attempt failed. {@code Next} is what to send as {@code after} for the next page, null on the last.
     */
    @GET
    @Path("heal")
    public Document heal(@QueryParam("after") @DefaultValue("") String after, @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("failing") @DefaultValue("false") String failing) {
        int most = Query.limit(limit);
        List<HealTable.Row> rows = table.page(chunk(after), node(after), Boolean.parseBoolean(failing), most);
        HealTable.Row last = rows.size() == most ? rows.get(most - 1) : null;
        return new Document().with("Needs", rows.stream().map(HealResource::described).toList())
                .with("Next", last == null ? null : last.chunk() + BETWEEN + last.node());
    }

    /**
     * For each server the chunks of which no other copy is known that can be reached, and how many have none such at all. The view
     * {@code risk} tells the same, as of the last survey.
     */
    @GET
    @Path("risk")
    public Document risk() {
        Survey survey = surveyor.look(clock.instant());
        return new Document().with("Away", survey.away()).with("Servers", survey.only().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(server -> new Document().with("Id", server.getKey().toString()).with("Chunks", server.getValue())).toList());
    }

    private static Document described(HealTable.Row row) {
        return new Document().with("Chunk", row.chunk()).with("Node", row.node().toString()).with("Known", row.known())
                .with("Attempts", row.attempts()).with("MadeAt", row.madeAt()).with("DueAt", row.dueAt())
                .with("LastError", row.lastError().orElse(null));
    }

    private static ChunkId chunk(String after) {
        return half(after, 0).flatMap(ChunkId::parse).orElseThrow(HealResource::malformed);
    }

    private static NodeId node(String after) {
        return half(after, ID + BETWEEN.length()).flatMap(NodeId::parse).orElseThrow(HealResource::malformed);
    }

    /** One of the two ids; of no text those before all. */
    private static Optional<String> half(String after, int from) {
        return after.isEmpty() ? Optional.of(new UUID(0, 0).toString())
                : Optional.of(after).filter(text -> text.length() == ID + BETWEEN.length() + ID).map(text -> text.substring(from, from + ID));
    }

    private static RuntimeException malformed() {
        return MALFORMED.because("after is not the Next of a page");
    }
}
