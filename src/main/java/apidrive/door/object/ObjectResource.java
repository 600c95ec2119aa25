package apidrive.door.object;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import apidrive.access.ClientAddresses;
import apidrive.door.api.Admission;
import apidrive.door.api.Senders;
import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.NameKey;
import apidrive.name.Names;
import apidrive.object.ObjectReader;
import apidrive.object.ObjectRemoval;
import apidrive.object.ObjectRenewal;
import apidrive.object.ObjectWriter;
import apidrive.object.OpenObject;
import apidrive.object.Places;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.wire.ChunkId;
import apidrive.wire.Disposition;
import apidrive.wire.Document;
import apidrive.wire.DriveRequest;
import apidrive.wire.Format;
import apidrive.wire.Lifetime;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

/** Objects of any size, as HTTP's own tools see them: strong tags, conditions, ranges, names. */
@Path("/api/drive/object")
public final class ObjectResource {
    static final String PATH = "/api/drive/object/";
    /** Bytes under a root never change, only what they are called; a day keeps caches from hiding the readers that renew the lease. */
    private static final String CACHE_CONTROL = "max-age=86400, no-transform";

    private final ObjectWriter writer;
    private final ObjectReader reader;
    private final ObjectRenewal renewal;
    private final ObjectRemoval removal;
    private final Names names;
    private final NetworkChunks chunks;
    private final Serving serving;
    private final Places places;
    private final Admission admission;
    private final ClientAddresses addresses;

    /** {@code places} bound downloads at once. */
    public ObjectResource(ObjectWriter writer, ObjectReader reader, ObjectRenewal renewal, ObjectRemoval removal, Names names,
            NetworkChunks chunks, Serving serving, Places places, Admission admission, ClientAddresses addresses) {
        this.writer = writer;
        this.reader = reader;
        this.renewal = renewal;
        this.removal = removal;
        this.names = names;
        this.chunks = chunks;
        this.serving = serving;
        this.places = places;
        this.admission = admission;
        this.addresses = addresses;
    }

    @PUT
    @Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
    public Response put(InputStream body, @QueryParam("name") String name, @QueryParam("copies") String copies,
            @QueryParam("ack") String ack, @QueryParam("lifetime") String lifetime, @Context HttpServletRequest sender)
            throws IOException {
        return store(body, name, wish(chunks, copies, ack), lifetime(lifetime), sender);
    }

    @POST
    @Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
    public Response post(InputStream body, @QueryParam("name") String name, @QueryParam("copies") String copies,
            @QueryParam("ack") String ack, @QueryParam("lifetime") String lifetime, @Context HttpServletRequest sender)
            throws IOException {
        return store(body, name, wish(chunks, copies, ack), lifetime(lifetime), sender);
    }

    /** The bytes, all or in part. {@code download} has a browser save them, under {@code name} if there is one. */
    @GET
    @Path("{root}")
    @Produces(MediaType.WILDCARD)
    public Response get(@PathParam("root") String root, @QueryParam("download") String download, @QueryParam("name") String name,
            @Context HttpServletRequest asked, @Context Request conditions) {
        return serving.get(open(root), new Serving.Manner(download, name, CACHE_CONTROL), asked, conditions).build();
    }

    /** As GET of the whole would answer. */
    @HEAD
    @Path("{root}")
    @Produces(MediaType.WILDCARD)
    public Response head(@PathParam("root") String root, @QueryParam("download") String download, @QueryParam("name") String name,
            @Context Request conditions) {
        return serving.head(open(root).object(), new Serving.Manner(download, name, CACHE_CONTROL), conditions).build();
    }

    /**
     * Deletes the object: its hashes name nothing any more, and what of it nobody else holds is freed on every server that answers.
     * One that has a name which somebody gave stays until that goes as well.
     */
    @DELETE
    @Path("{root}")
    public Response delete(@PathParam("root") String root) {
        removal.remove(open(root).object(), chunks.wish(null, null));
        return Response.noContent().build();
    }

    /** The object's chunks as clients of the original read them. */
    @GET
    @Path("{root}.apidrive")
    @Produces(MediaType.WILDCARD)
    public Response manifest(@PathParam("root") String root, @Context HttpServletRequest asked) {
        OpenObject object = open(root);
        renewal.read(object.object().id());
        String name = object.object().label().fileName().orElse(object.object().id().toString());
        boolean isHead = asked.getMethod().equals("HEAD");  // nothing is written then, and no place would be given back
        return Response.ok(isHead ? null : new ManifestExport(name, object, base(asked), places.take(), asked))
                .header(HttpHeaders.CONTENT_TYPE, Format.JSON_TYPE).header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CONTENT_DISPOSITION, Disposition.of(true, Optional.of(name + ".apidrive")))
                .header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    /** What an upload is to achieve that asks for these; null for what is usual. */
    static Wish wish(NetworkChunks chunks, String copies, String ack) {
        return chunks.wish(copies == null ? null : DriveRequest.copies(copies), ack == null ? null : DriveRequest.ack(ack));
    }

    /** How long an object is to be kept that says so; null for until it is deleted. */
    static Optional<Duration> lifetime(String text) {
        return Optional.ofNullable(text).map(Lifetime::parse);
    }

    /** Where an object is to be asked for, whatever proxies stand between. */
    static String location(HttpServletRequest asked, ChunkId root) {
        return asked.getContextPath() + PATH + root;
    }

    private Response store(InputStream body, String name, Wish wish, Optional<Duration> lifetime, HttpServletRequest sender)
            throws IOException {
        StoreRequest request = StoreRequest.of(sender, name);
        writer.requireAllowed(request.length(), request.condition());
        admission.foresee(sender, ObjectWriter.chunks(Math.max(0, request.length())));
        ObjectWriter.Kept kept = writer.write(body, request.condition(), request.label(), wish, lifetime, () -> admission.admit(sender));
        StoredObject object = kept.object();
        return Response.status(Response.Status.CREATED).entity(document(kept)).tag(Serving.tag(object))
                .header(HttpHeaders.LOCATION, location(sender, object.id())).build();
    }

    private static Document document(ObjectWriter.Kept kept) {
        StoredObject object = kept.object();
        Instant expiresAt = kept.until().filter(end -> end.isBefore(object.expiresAt())).orElse(object.expiresAt());
        return new Document().with("Root", object.id()).with("RootDigest", object.root().toString()).with("Size", object.size())
                .with("Sha1", object.digests().sha1()).with("Sha256", object.digests().sha256())
                .with("Sha512", object.digests().sha512()).with("MediaType", object.label().mediaType())
                .with("FileName", object.label().fileName().orElse(null)).with("ExpiresAt", expiresAt)
                .with("EndsAt", kept.until().orElse(null));
    }

    /** The address by which this node was reached, which serves whoever reached it. */
    private String base(HttpServletRequest asked) {
        String url = asked.getRequestURL().toString();
        String scheme = Senders.isSecure(addresses, asked) ? "https" : asked.getScheme();
        return scheme + url.substring(url.indexOf(':'), url.length() - asked.getRequestURI().length()) + asked.getContextPath();
    }

    /** By its root, or by the SHA-1, SHA-256 or SHA-512 of its bytes. */
    private OpenObject open(String text) {
        Optional<NameKey> hash = HashNames.parse(text);
        if (hash.isPresent()) {
            return reader.open(names.find(hash.get()).orElseThrow(() -> OBJECT_NOT_FOUND.because("no object is known of this hash")));
        }
        return reader.open(ChunkId.parse(text).orElseThrow(() ->
                MALFORMED.because("'" + text + "' is neither a GUID nor a SHA-1, SHA-256 or SHA-512")));
    }
}
