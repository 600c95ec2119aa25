package apidrive.door.object;

import static apidrive.problem.Problem.FORBIDDEN;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NAME_NOT_FOUND;
import static apidrive.problem.Problem.NAME_TAKEN;
import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import apidrive.door.api.Admission;
import apidrive.name.HashNames;
import apidrive.name.Mode;
import apidrive.name.NameKey;
import apidrive.name.NamePage;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.object.Condition;
import apidrive.object.Named;
import apidrive.object.ObjectClaim;
import apidrive.object.ObjectReader;
import apidrive.object.ObjectRemoval;
import apidrive.object.ObjectWriter;
import apidrive.object.OpenObject;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

/** Objects under names that people choose, in namespaces that come to be when something is put into them. */
@Path("/api/drive/name/{namespace}")
public final class NameResource {
    private static final String NAME = "{name: .+}";
    private static final String CACHE_CONTROL = "no-cache, no-transform";  // what a name means may be another thing at any time
    private static final int USUAL_PAGE = 100;
    private static final int MOST_FILE_NAME = 63;  // characters: 255 bytes at most, which file systems take
    /** Namespaces in which names belong to another protocol. */
    private static final Set<String> RESERVED = Set.of("sos", "dtfc");

    private final Names names;
    private final ObjectWriter writer;
    private final ObjectReader reader;
    private final ObjectClaim claim;
    private final ObjectRemoval removal;
    private final NetworkChunks chunks;
    private final Serving serving;
    private final Admission admission;

    public NameResource(Names names, ObjectWriter writer, ObjectReader reader, ObjectClaim claim, ObjectRemoval removal,
            NetworkChunks chunks, Serving serving, Admission admission) {
        this.names = names;
        this.writer = writer;
        this.reader = reader;
        this.claim = claim;
        this.removal = removal;
        this.chunks = chunks;
        this.serving = serving;
        this.admission = admission;
    }

    /** Stores the bytes and names them, or with {@code root} names an object that is kept already. */
    @PUT
    @Path(NAME)
    @Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
    public Response put(@PathParam("namespace") String namespace, @PathParam("name") String name, InputStream body,
            @QueryParam("root") String root, @QueryParam("mode") String mode, @QueryParam("copies") String copies,
            @QueryParam("ack") String ack, @QueryParam("lifetime") String lifetime, @Context HttpServletRequest sender)
            throws IOException {
        NameKey key = writable(namespace, name);
        Optional<Duration> lives = ObjectResource.lifetime(lifetime);
        Map<String, String> metadata = NameFields.read(sender);
        Wish wish = ObjectResource.wish(chunks, copies, ack);
        Mode how = mode(mode);
        Names.Change change;
        if (root == null) {
            change = stored(body, key, how, wish, sender, (object, holder) -> {
                admission.admit(sender);
                requireMet(key, sender);
                Names.Change put = names.putStored(key, object, metadata, how, wish, holder, lives);
                return new Named<>(put, put.record().holder());
            });
        } else {
            OpenObject object = reader.open(root(root));
            requireMet(key, sender);
            admission.admit(sender);
            change = names.putSame(key, object.object(), metadata, wish, lives).orElseGet(() -> claim.name(object, (claimed, holder) -> {
                requireMet(key, sender);
                Names.Change put = names.put(key, claimed, metadata, how, wish, Optional.of(holder), lives);
                return new Named<>(put, put.record().holder());
            }));
        }
        NameRecord record = change.record();
        return Response.status(change.before().isPresent() ? Response.Status.OK : Response.Status.CREATED).entity(document(record))
                .tag(new EntityTag(record.digests().sha256())).header(HttpHeaders.CONTENT_LOCATION,
                        ObjectResource.location(sender, record.object().orElseThrow())).build();
    }

    /** The bytes that the name means, or meant in {@code version}. */
    @GET
    @Path(NAME)
    @Produces(MediaType.WILDCARD)
    public Response get(@PathParam("namespace") String namespace, @PathParam("name") String name, @QueryParam("version") String version,
            @QueryParam("download") String download, @Context HttpServletRequest asked, @Context Request conditions) {
        NameRecord record = record(new NameKey(namespace, name), version);
        return named(record, serving.get(reader.open(record), manner(download), asked, conditions), asked);
    }

    /** As GET of the whole would answer. */
    @HEAD
    @Path(NAME)
    @Produces(MediaType.WILDCARD)
    public Response head(@PathParam("namespace") String namespace, @PathParam("name") String name, @QueryParam("version") String version,
            @QueryParam("download") String download, @Context HttpServletRequest asked, @Context Request conditions) {
        NameRecord record = record(new NameKey(namespace, name), version);
        OpenObject object = reader.open(record);
        return named(record, serving.head(object.object(), manner(download), conditions), asked);
    }

    /** The name goes, and with it the object unless somebody else holds it. */
    @DELETE
    @Path(NAME)
    public Response delete(@PathParam("namespace") String namespace, @PathParam("name") String name, @QueryParam("ack") String ack,
            @Context HttpServletRequest sender) {
        NameKey key = writable(namespace, name);
        requireMet(names.find(key), sender);
        if (removal.remove(key, ObjectResource.wish(chunks, null, ack)).isEmpty()) {
            throw unknown(key);
        }
        return Response.noContent().build();
    }

    /**
     * A page of the names that begin with {@code prefix}, with {@code only=names} without all else that is known of them; or, with
     * {@code versionsOf}, what one of them meant lately.
     */
    @GET
    @Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
    public Document list(@PathParam("namespace") String namespace, @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") String after, @QueryParam("limit") String limit, @QueryParam("versionsOf") String versionsOf,
            @QueryParam("only") String only) {
        if (only != null) {
            if (!only.equals("names") || versionsOf != null) {
                throw MALFORMED.because("only is for 'names', which have no versions");
            }
            return page(names.texts(namespace, prefix, Optional.ofNullable(after), limit(limit)), name -> new Document().with("Name", name));
        }
        if (versionsOf != null) {
            return page(new NamePage<>(names.versions(new NameKey(namespace, versionsOf)), Optional.empty(), Set.of()), NameResource::document);
        }
        return page(names.list(namespace, prefix, Optional.ofNullable(after), limit(limit)), NameResource::document);
    }

    private static <T> Document page(NamePage<T> page, Function<T, Document> document) {
        return new Document().with("Names", page.entries().stream().map(document).toList()).with("Next", page.next().orElse(null))
                .with("Silent", page.silent().stream().map(NodeId::toString).sorted().toList());
    }

    /** What the name means is asked before anything is stored where that may refuse what comes, or much is to come. */
    private Names.Change stored(InputStream body, NameKey key, Mode mode, Wish wish, HttpServletRequest sender,
            ObjectWriter.Naming<Names.Change> naming) throws IOException {
        StoreRequest request = StoreRequest.of(sender, fileName(key.name()));
        Optional<Digest> expected = request.condition().expected();
        Condition condition = new Condition(expected, Optional.empty(), Optional.empty(), false, List.of());
        writer.requireAllowed(request.length(), condition);
        boolean isSmall = request.length() >= 0 && request.length() <= Chunk.MAX_BYTES;
        if (isConditional(sender) || mode == Mode.IMMUTABLE && expected.isPresent() || !isSmall) {
            Optional<NameRecord> before = names.find(key);
            requireMet(before, sender);
            if (mode == Mode.IMMUTABLE && expected.isPresent() && before.isPresent()
                    && !expected.get().toString().equals(before.get().digests().sha256())) {
                throw NAME_TAKEN.because(key + " has another content, and keeps it");
            }
        }
        admission.foresee(sender, ObjectWriter.chunks(Math.max(0, request.length())));
        return writer.write(body, condition, request.label(), wish, () -> admission.admit(sender), naming);
    }

    /** What the last segment of the name suggests to whoever saves the object; null where no file can be called that. */
    private static String fileName(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        return last.length() > MOST_FILE_NAME || Set.of("", ".", "..").contains(last.strip()) ? null : last;
    }

    private NameRecord record(NameKey key, String version) {
        if (version == null) {
            return names.find(key).orElseThrow(() -> unknown(key));
        }
        return names.versions(key).stream().filter(record -> !record.isDeleted() && Long.toString(record.version()).equals(version))
                .findFirst().orElseThrow(() -> NAME_NOT_FOUND.because("version " + version + " of " + key + " is not known, or no more"));
    }

    private static Serving.Manner manner(String download) {
        return new Serving.Manner(download, null, CACHE_CONTROL);
    }

    private static Response named(NameRecord record, Response.ResponseBuilder answer, HttpServletRequest asked) {
        NameFields.write(record, answer);
        return answer.header(HttpHeaders.CONTENT_LOCATION, ObjectResource.location(asked, record.object().orElseThrow())).build();
    }

    /** The conditions of RFC 9110 §13.1 on what the name means now, for whoever is about to change that. */
    private static void requireMet(Optional<NameRecord> now, HttpServletRequest sender) {
        String ifMatch = sender.getHeader(HttpHeaders.IF_MATCH);
        String ifNoneMatch = sender.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (ifMatch != null && !matches(now, ifMatch) || ifNoneMatch != null && matches(now, ifNoneMatch)) {
            throw PRECONDITION_FAILED.because(now.isPresent() ? "the name's tag is \"" + now.get().digests().sha256() + '"'
                    : "the name means nothing yet");
        }
    }

    /** As the other, for who asks nothing where there are no conditions; also just before a name is put, for its object may take long. */
    private void requireMet(NameKey key, HttpServletRequest sender) {
        if (isConditional(sender)) {
            requireMet(names.find(key), sender);
        }
    }

    private static boolean isConditional(HttpServletRequest sender) {
        return sender.getHeader(HttpHeaders.IF_MATCH) != null || sender.getHeader(HttpHeaders.IF_NONE_MATCH) != null;
    }

    private static boolean matches(Optional<NameRecord> now, String field) {
        return now.filter(record -> field.strip().equals("*") || field.contains('"' + record.digests().sha256() + '"')).isPresent();
    }

    private static NameKey writable(String namespace, String name) {
        NameKey key = new NameKey(namespace, name);
        if (RESERVED.contains(namespace) || HashNames.isHash(namespace)) {
            throw FORBIDDEN.because("names in '" + namespace + "' follow from contents, or belong to another protocol");
        }
        return key;
    }

    private static Mode mode(String text) {
        if (text == null || text.equals("versioned")) {
            return Mode.VERSIONED;
        }
        if (text.equals("immutable")) {
            return Mode.IMMUTABLE;
        }
        throw MALFORMED.because("mode is neither versioned nor immutable");
    }

    private static int limit(String text) {
        if (text == null) {
            return USUAL_PAGE;
        }
        if (!text.matches("\\d{1,9}")) {
            throw MALFORMED.because("limit is no whole number");
        }
        return Integer.parseInt(text);
    }

    private static ChunkId root(String text) {
        return ChunkId.parse(text).orElseThrow(() -> MALFORMED.because("root is not a GUID"));
    }

    private static RuntimeException unknown(NameKey key) {
        return NAME_NOT_FOUND.because("nothing is known of " + key);
    }

    private static Document document(NameRecord record) {
        Document document = new Document().with("Namespace", record.key().namespace()).with("Name", record.key().name())
                .with("Version", record.version()).with("Deleted", record.isDeleted()).with("MadeAt", record.madeAt());
        if (record.isDeleted()) {
            return document;
        }
        Document metadata = new Document();
        record.metadata().forEach(metadata::with);
        return document.with("Root", record.object().orElseThrow()).with("RootDigest", record.root().orElseThrow().toString())
                .with("Size", record.size()).with("Sha1", record.digests().sha1()).with("Sha256", record.digests().sha256())
                .with("Sha512", record.digests().sha512()).with("MediaType", record.label().mediaType())
                .with("FileName", record.label().fileName().orElse(null)).with("Metadata", metadata)
                .with("EndsAt", record.until().orElse(null));
    }
}
