package apidrive.door.object;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.UNSUPPORTED_MEDIA_TYPE;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

import apidrive.door.api.Admission;
import apidrive.door.api.HttpDate;
import apidrive.object.Checksum;
import apidrive.object.ObjectWriter;
import apidrive.object.Upload;
import apidrive.object.UploadMetadata;
import apidrive.object.Uploads;
import apidrive.repair.NetworkChunks;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * Uploads that go on where they were interrupted, by the tus protocol 1.0 with its extensions creation, creation-with-upload,
 * creation-defer-length, expiration, checksum and termination. Whoever has a finished upload's URL learns the object's from it.
 */
@Path(Tus.PATH)
public final class UploadResource {
    private static final String EXTENSIONS = "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination";
    private static final String PART = "application/offset+octet-stream";
    private static final String OFFSET = "Upload-Offset";
    private static final String LENGTH = "Upload-Length";
    private static final String DEFER = "Upload-Defer-Length";
    private static final String METADATA = "Upload-Metadata";
    private static final String EXPIRES = "Upload-Expires";
    private static final String CHECKSUM = "Upload-Checksum";
    private static final String OBJECT = "Object-Location";

    private final Uploads uploads;
    private final NetworkChunks chunks;
    private final Admission admission;

    public UploadResource(Uploads uploads, NetworkChunks chunks, Admission admission) {
        this.uploads = uploads;
        this.chunks = chunks;
        this.admission = admission;
    }

    /** What this server understands. */
    @OPTIONS
    public Response options() {
        return abilities();
    }

    @OPTIONS
    @Path("{id}")
    public Response optionsOfOne() {
        return abilities();
    }

    /** Begins an upload, with the first bytes of it where they are sent along. */
    @POST
    public Response create(InputStream body, @QueryParam("copies") String copies, @QueryParam("ack") String ack,
            @Context HttpServletRequest sender) throws IOException {
        OptionalLong length = number(sender, LENGTH);
        String defer = sender.getHeader(DEFER);
        if (length.isPresent() == (defer != null) || defer != null && !defer.strip().equals("1")) {
            throw MALFORMED.because("an upload says either " + LENGTH + " or " + DEFER + ": 1");
        }
        admission.foresee(sender, ObjectWriter.chunks(Math.min(uploads.most(), length.orElse(0))));
        String metadata = Optional.ofNullable(sender.getHeader(METADATA)).orElse("");
        String id = uploads.create(length, UploadMetadata.label(metadata), metadata, ObjectResource.wish(chunks, copies, ack));
        boolean isPart = isPart(sender);
        boolean isEmpty = length.isPresent() && length.getAsLong() == 0;
        Upload upload = isPart || isEmpty
                ? uploads.append(id, 0, OptionalLong.empty(), isPart ? body : InputStream.nullInputStream(),
                        isPart ? sender.getContentLengthLong() : 0, checksum(sender), () -> admission.admit(sender))
                : uploads.find(id);
        return described(upload, Response.status(Response.Status.CREATED), sender)
                .header(HttpHeaders.LOCATION, sender.getContextPath() + Tus.PATH + "/" + id).build();
    }

    /** Where the upload stands. */
    @HEAD
    @Path("{id}")
    public Response head(@PathParam("id") String id, @Context HttpServletRequest asked) {
        Upload upload = uploads.find(id);
        Response.ResponseBuilder answer = described(upload, Response.ok(), asked);
        upload.length().ifPresentOrElse(length -> answer.header(LENGTH, length), () -> answer.header(DEFER, 1));
        if (!upload.metadata().isEmpty()) {
            answer.header(METADATA, upload.metadata());
        }
        return answer.build();
    }

    /** Goes on with the upload from where it stands. */
    @PATCH
    @Path("{id}")
    @Consumes(PART)
    public Response append(@PathParam("id") String id, InputStream body, @Context HttpServletRequest sender) throws IOException {
        if (!isPart(sender)) {
            throw UNSUPPORTED_MEDIA_TYPE.because("a part of an upload is " + PART);  // JAX-RS takes a missing type for any
        }
        long offset = number(sender, OFFSET).orElseThrow(() -> MALFORMED.because("the field " + OFFSET + " is missing"));
        Upload upload = uploads.append(id, offset, number(sender, LENGTH), body, sender.getContentLengthLong(), checksum(sender),
                () -> admission.admit(sender));
        return described(upload, Response.noContent(), sender).build();
    }

    /** Gives the upload up, or forgets a finished one; its object stays. */
    @DELETE
    @Path("{id}")
    public Response delete(@PathParam("id") String id) {
        uploads.terminate(id);
        return Response.noContent().build();
    }

    private Response abilities() {
        return Response.noContent().header(Tus.VERSIONS, Tus.VERSION).header("Tus-Extension", EXTENSIONS)
                .header("Tus-Max-Size", uploads.most()).header("Tus-Checksum-Algorithm", String.join(",", Checksum.NAMES)).build();
    }

    private static Response.ResponseBuilder described(Upload upload, Response.ResponseBuilder answer, HttpServletRequest asked) {
        upload.root().ifPresent(root -> answer.header(OBJECT, ObjectResource.location(asked, root)));
        return answer.header(OFFSET, upload.received()).header(EXPIRES, HttpDate.of(upload.expiresAt()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private static boolean isPart(HttpServletRequest sender) {
        return sender.getContentType() != null && sender.getContentType().split(";")[0].strip().equalsIgnoreCase(PART);
    }

    private static Optional<Checksum> checksum(HttpServletRequest sender) {
        return Optional.ofNullable(sender.getHeader(CHECKSUM)).map(Checksum::parse);
    }

    private static OptionalLong number(HttpServletRequest sender, String field) {
        String text = sender.getHeader(field);
        if (text == null) {
            return OptionalLong.empty();
        }
        if (!text.strip().matches("\\d{1,18}")) {
            throw MALFORMED.because("the field " + field + " is no whole number");
        }
        return OptionalLong.of(Long.parseLong(text.strip()));
    }
}
