package apidrive.door.api;

import static apidrive.problem.Problem.DIGEST_MISMATCH;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.ChunkService;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

/** Chunks as plain bytes under their id, for HTTP's own tools: strong ETag, conditions, ranges. */
@Path("/api/drive/chunk")
public final class RawResource {
    /** Bytes under an id never change; a day keeps caches from hiding the retrievals that renew the lease. */
    private static final String CACHE_CONTROL = "max-age=86400, immutable, no-transform";

    private final ChunkService chunks;
    private final Admission admission;

    public RawResource(ChunkService chunks, Admission admission) {
        this.chunks = chunks;
        this.admission = admission;
    }

    @PUT
    @Consumes(MediaType.WILDCARD)
    @Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
    public Document put(InputStream body, @Context HttpServletRequest sender) {
        return store(read(body, sender), sender);
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
    public Document post(InputStream body, @Context HttpServletRequest sender) {
        return store(read(body, sender), sender);
    }

    /** Refuses bytes that do not hash to the id, and, under {@code If-None-Match: *}, a chunk that is kept already. */
    @PUT
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    @Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
    public Document put(@PathParam("id") String id, InputStream body, @HeaderParam("If-None-Match") String unless,
            @Context HttpServletRequest sender) {
        ChunkId wanted = id(id);
        if ("*".equals(unless) && chunks.info(wanted).isPresent()) {
            throw PRECONDITION_FAILED.because("chunk " + wanted + " is kept already");
        }
        Chunk chunk = read(body, sender);
        if (!chunk.id().equals(wanted)) {
            throw DIGEST_MISMATCH.because("these bytes have the id " + chunk.id() + ", not " + wanted);
        }
        return store(chunk, sender);
    }

    @GET
    @Path("{id}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response get(@PathParam("id") String id, @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String ifRange, @Context Request conditions) {
        Chunk chunk = chunks.retrieve(id(id)).chunk();
        EntityTag tag = tag(chunk.digest());
        Response.ResponseBuilder unmet = unmet(conditions, tag);
        if (unmet != null) {
            return described(unmet, tag).build();
        }
        boolean partly = ifRange == null || ifRange.strip().equals("\"" + tag.getValue() + "\"");
        Optional<ByteRange> part = partly ? ByteRange.parse(range, chunk.size()) : Optional.empty();
        byte[] bytes = part.map(wanted -> Arrays.copyOfRange(chunk.data(), wanted.first(), wanted.last() + 1))
                .orElse(chunk.data());
        Response.ResponseBuilder response = Response.status(part.isPresent() ? 206 : 200).entity(bytes);
        part.ifPresent(wanted -> response.header("Content-Range", wanted.of(chunk.size())));
        return described(response, tag).header(HttpHeaders.CONTENT_LENGTH, bytes.length).build();
    }

    /** As GET would answer, without reading the bytes and without renewing the lease. */
    @HEAD
    @Path("{id}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response head(@PathParam("id") String id, @Context Request conditions) {
        ChunkInfo info = chunks.info(id(id)).orElseThrow(() -> ChunkService.notFound(id(id)));
        EntityTag tag = tag(info.digest());
        Response.ResponseBuilder unmet = unmet(conditions, tag);
        return described(unmet != null ? unmet : Response.ok().header(HttpHeaders.CONTENT_LENGTH, info.size())
                .type(MediaType.APPLICATION_OCTET_STREAM), tag).header("Lease-Expires", info.expiresAt()).build();
    }

    private Document store(Chunk chunk, HttpServletRequest sender) {
        admission.admit(sender);
        return Replies.stored(chunks.store(chunk));
    }

    private static Chunk read(InputStream body, HttpServletRequest sender) {
        return Chunk.of(Bodies.read(body, (int) Math.min(Integer.MAX_VALUE, sender.getContentLengthLong()),
                Chunk.MAX_BYTES));
    }

    private static ChunkId id(String text) {
        return ChunkId.parse(text).orElseThrow(() -> MALFORMED.because("'" + text + "' is not a GUID"));
    }

    private static EntityTag tag(Digest digest) {
        return new EntityTag(digest.toString());
    }

    /** 304 for a caller who has these bytes, null for one to send them to; throws PRECONDITION_FAILED. */
    private static Response.ResponseBuilder unmet(Request conditions, EntityTag tag) {
        Response.ResponseBuilder unmet = conditions.evaluatePreconditions(tag);
        if (unmet != null && unmet.clone().build().getStatus() == PRECONDITION_FAILED.status()) {
            throw PRECONDITION_FAILED.because("the chunk's tag is \"" + tag.getValue() + "\"");
        }
        return unmet;
    }

    private static Response.ResponseBuilder described(Response.ResponseBuilder response, EntityTag tag) {
        return response.tag(tag).header("Accept-Ranges", "bytes").header(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL);
    }
}
