package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import apidrive.access.Audit;
import apidrive.manifest.StoredObject;
import apidrive.manifest.TreeWalk;
import apidrive.name.NameFindings;
import apidrive.name.NamePlace;
import apidrive.name.NameQuery;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.object.ObjectLookup;
import apidrive.object.ObjectReader;
import apidrive.object.ObjectRemoval;
import apidrive.object.OpenObject;
import apidrive.repair.Whereabouts;
import apidrive.repair.Wish;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;

/** The objects of the whole network: looked for, shown, deleted. */
@Path("/api/admin/objects")
@Produces(Format.JSON_TYPE)
@Administration
public final class ObjectAdminResource {
    private static final int MOST_NAMES = 256;  // of an answer
    private static final int LEAVES = 1_024;  // whose copies one answer counts: 64 MiB of the object

    private final Names names;
    private final ObjectLookup lookup;
    private final ObjectReader reader;
    private final ObjectRemoval removal;
    private final Whereabouts whereabouts;
    private final Wish wish;
    private final Deeds deeds;

    /** {@code wish} tells how many servers are to know of a deletion before it is answered. */
    public ObjectAdminResource(Names names, ObjectLookup lookup, ObjectReader reader, ObjectRemoval removal, Whereabouts whereabouts,
            Wish wish, Audit audit) {
        this.names = names;
        this.lookup = lookup;
        this.reader = reader;
        this.removal = removal;
        this.whereabouts = whereabouts;
        this.wish = wish;
        this.deeds = new Deeds(audit);
    }

    /**
     * At most {@code limit}, 1 to 256, of the {@code kind} "objects" or "names" above {@code after}. All that is told holds: objects
     * whose file name begins with {@code prefix}, or names that do; {@code least} to {@code most} bytes; made at or after {@code from},
     * before {@code before}; metadata with the name {@code key}, and {@code value} there. A search goes on, also where it has found
     * nothing yet, with {@code Next} as {@code after}, until that is null.
     */
    @GET
    public Document search(@QueryParam("kind") @DefaultValue("objects") String kind, @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("least") @DefaultValue("0") String least, @QueryParam("most") @DefaultValue("9223372036854775807") String most,
            @QueryParam("from") @DefaultValue("1970-01-01") String from, @QueryParam("before") @DefaultValue("9999-12-31") String before,
            @QueryParam("key") String key, @QueryParam("value") String value, @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("50") String limit) {
        NameQuery query = new NameQuery(kind(kind), prefix, Query.number("least", least), Query.number("most", most),
                Query.instant("from", from), Query.instant("before", before), Optional.ofNullable(key), Optional.ofNullable(value),
                Optional.empty());
        NameFindings found = names.search(query, place(after), Math.min(MOST_NAMES, Query.limit(limit)));
        return new Document().with("Found", found.records().stream().map(ObjectAdminResource::described).toList())
                .with("Next", found.next().map(next -> next.namespace() + "/" + next.name()).orElse(null))
                .with("Silent", described(found.silent()));
    }

    /** The object with this root, or of bytes with this hash; the names that keep it, of more than 256 the first. */
    @GET
    @Path("{id}")
    public Document show(@PathParam("id") String id) {
        StoredObject object = lookup.find(id);
        NameFindings found = names.search(NameQuery.meaning(object.root()), NamePlace.START, MOST_NAMES);
        return new Document().with("Root", object.id()).with("RootDigest", object.root().toString()).with("Size", object.size())
                .with("Chunks", chunks(object)).with("Sha1", object.digests().sha1()).with("Sha256", object.digests().sha256())
                .with("Sha512", object.digests().sha512()).with("MediaType", object.label().mediaType())
                .with("FileName", object.label().fileName().orElse(null)).with("ExpiresAt", object.expiresAt())
                .with("Wanted", wish.copies()).with("Names", found.records().stream().map(ObjectAdminResource::described).toList())
                .with("HasMore", found.next().isPresent()).with("Silent", described(found.silent()));
    }

    /**
     * How many servers keep its chunks, the root and then the leaves, the inner nodes of its tree left out: of at most 1,024 leaves from
     * the one with the number {@code from} on. {@code Next} is where to go on, null at the end.
     */
    @GET
    @Path("{id}/copies")
    public Document copies(@PathParam("id") String id, @QueryParam("from") @DefaultValue("0") String from) {
        OpenObject object = reader.open(lookup.find(id).id());
        long first = Query.number("from", from);
        long leaves = chunks(object.object()) - 1;
        if (first < 0 || first > leaves) {
            throw MALFORMED.because("the object has " + leaves + " leaves");
        }
        long end = Math.min(leaves, first + LEAVES);
        List<ChunkId> chunks = new ArrayList<>(first == 0 ? List.of(object.object().id()) : List.of());
        Iterator<TreeWalk.Leaf> walk = object.leaves(first * Chunk.MAX_BYTES, Math.min(object.object().size(), end * Chunk.MAX_BYTES));
        walk.forEachRemaining(leaf -> chunks.add(ChunkId.of(leaf.digest())));
        Whereabouts.Answer answer = whereabouts.of(chunks);
        Map<Integer, Integer> byCopies = new TreeMap<>();
        Map<NodeId, Integer> byServer = new HashMap<>();
        for (ChunkId chunk : chunks) {
            Set<NodeId> keepers = answer.keepers().get(chunk);
            byCopies.merge(keepers.size(), 1, Integer::sum);
            keepers.forEach(server -> byServer.merge(server, 1, Integer::sum));
        }
        return new Document().with("Counted", chunks.size()).with("Next", end < leaves ? end : null)
                .with("Copies", byCopies.entrySet().stream()
                        .map(entry -> new Document().with("Copies", entry.getKey()).with("Chunks", entry.getValue())).toList())
                .with("Servers", byServer.entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .map(entry -> new Document().with("Id", entry.getKey().toString()).with("Chunks", entry.getValue())).toList())
                .with("Silent", described(answer.silent()));
    }

    /** Deletes all names of the object, its hashes among them, everywhere, and frees what nothing else holds. */
    @DELETE
    @Path("{id}")
    public Document delete(@PathParam("id") String id, @Context HttpServletRequest request) {
        StoredObject object = lookup.find(id);
        int removed = deeds.audited(Gate.actor(request), "delete-object", object.id().toString(),
                () -> removal.removeWithNames(object, wish).size());
        return new Document().with("Root", object.id()).with("Names", removed);
    }

    private static NameQuery.Kind kind(String text) {
        return switch (text) {
            case "objects" -> NameQuery.Kind.OBJECTS;
            case "names" -> NameQuery.Kind.NAMES;
            default -> throw MALFORMED.because("kind is neither objects nor names");
        };
    }

    /** From the namespace, a slash and the name, as an answer had them. */
    private static NamePlace place(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? new NamePlace(text, "") : new NamePlace(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Its leaves and its root. */
    private static long chunks(StoredObject object) {
        return (object.size() + Chunk.MAX_BYTES - 1) / Chunk.MAX_BYTES + 1;
    }

    private static List<String> described(Set<NodeId> servers) {
        return servers.stream().map(NodeId::toString).sorted().toList();
    }

    private static Document described(NameRecord record) {
        Document metadata = new Document();
        record.metadata().forEach(metadata::with);
        return new Document().with("Namespace", record.key().namespace()).with("Name", record.key().name())
                .with("Version", record.version()).with("MadeAt", record.madeAt()).with("Root", record.object().orElseThrow())
                .with("Size", record.size()).with("Sha256", record.digests().sha256()).with("MediaType", record.label().mediaType())
                .with("FileName", record.label().fileName().orElse(null)).with("Metadata", metadata);
    }
}
