package apidrive.door.api;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.DIGEST_MISMATCH;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.Refusals;
import apidrive.chunk.StoredChunk;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.DriveRequest;
import jakarta.servlet.http.HttpServletRequest;

/** Chunks as plain bytes under their id, for HTTP's own tools: strong ETag, conditions, ranges. */
public final class RawServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private static final String PATH = "/api/drive/chunk";
    private static final String OCTETS = "application/octet-stream";
    /** Bytes under an id never change; a day keeps caches from hiding the retrievals that renew the lease. */
    private static final String CACHE_CONTROL = "max-age=86400, immutable, no-transform";

    private final transient NetworkChunks chunks;

    public RawServlet(NetworkChunks chunks, Traffic traffic, Admission admission) {
        super(traffic, admission);
        this.chunks = chunks;
    }

    @Override
    public Set<String> paths() {
        return Set.of(PATH);
    }

    @Override
    public boolean servesBelow() {
        return true;
    }

    @Override
    protected Set<String> verbs(String path, String rest) {
        if (rest == null) {
            return Set.of("PUT", "POST");
        }
        return rest.indexOf('/', 1) < 0 ? Set.of("GET", "HEAD", "PUT") : Set.of();
    }

    @Override
    protected Answer answer(HttpServletRequest request) throws IOException {
        return switch (request.getMethod()) {
            case "GET" -> get(request);
            case "HEAD" -> head(request);
            default -> put(request);
        };
    }

    private Answer get(HttpServletRequest request) {
        StoredChunk stored = chunks.retrieve(id(request));
        Chunk chunk = stored.chunk();
        String tag = tag(chunk.digest().toString());
        if (Conditions.areUnmet(request, tag)) {
            return described(304, tag);
        }
        String ifRange = request.getHeader("If-Range");
        boolean partly = ifRange == null || ifRange.strip().equals(tag);
        Optional<ByteRange> part = partly ? ByteRange.parse(request.getHeader("Range"), chunk.size()) : Optional.empty();
        if (part.isEmpty()) {
            return described(200, tag).body(OCTETS, stored.bytes());
        }
        return described(206, tag).with("Content-Range", part.get().of(chunk.size()))
                .body(OCTETS, Arrays.copyOfRange(chunk.data(), part.get().first(), part.get().last() + 1));
    }

    /** As GET would answer, without reading the bytes and without renewing the lease; with {@code here=true} of this node alone. */
    private Answer head(HttpServletRequest request) {
        ChunkId id = id(request);
        boolean isHere = parameter(request, "here").filter("true"::equals).isPresent();
        ChunkInfo info = (isHere ? chunks.infoHere(id) : chunks.info(id)).orElseThrow(() -> Refusals.of(CHUNK_NOT_FOUND, id));
        String tag = tag(info.digest().toString());
        Answer answer = Conditions.areUnmet(request, tag) ? described(304, tag)
                : described(200, tag).with("Content-Type", OCTETS).with("Content-Length", info.size());
        return answer.with("Lease-Expires", info.expiresAt());
    }

    /** Under an id, refuses bytes that do not hash to it, and, under {@code If-None-Match: *}, a chunk that is kept already. */
    private Answer put(HttpServletRequest request) throws IOException {
        Optional<ChunkId> wanted = request.getPathInfo() == null ? Optional.empty() : Optional.of(id(request));
        if (wanted.isPresent() && "*".equals(request.getHeader("If-None-Match")) && chunks.info(wanted.get()).isPresent()) {
            throw PRECONDITION_FAILED.because("chunk " + wanted.get() + " is kept already");
        }
        Chunk chunk = Chunk.of(Bodies.read(request.getInputStream(), Bodies.declared(request), Chunk.MAX_BYTES));
        if (wanted.isPresent() && !chunk.id().equals(wanted.get())) {
            throw DIGEST_MISMATCH.because("these bytes have the id " + chunk.id() + ", not " + wanted.get());
        }
        admit(request);
        return Holders.name(chunks, chunks.store(chunk, wish(request)), Negotiation.type(request));
    }

    private Wish wish(HttpServletRequest request) {
        return chunks.wish(parameter(request, "copies").map(DriveRequest::copies).orElse(null),
                parameter(request, "ack").map(DriveRequest::ack).orElse(null));
    }

    /** Of the query alone: the container would look for it in a body that calls itself a form, as curl's does, and eat the chunk. */
    private static Optional<String> parameter(HttpServletRequest request, String name) {
        String query = Optional.ofNullable(request.getQueryString()).orElse("");
        return Arrays.stream(query.split("&")).filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1)).findFirst();
    }

    private static ChunkId id(HttpServletRequest request) {
        String text = request.getPathInfo().substring(1);
        return ChunkId.parse(text).orElseThrow(() -> MALFORMED.because("'" + text + "' is not a GUID"));
    }

    private static String tag(String digest) {
        return '"' + digest + '"';
    }

    private static Answer described(int status, String tag) {
        return Answer.of(status).with("ETag", tag).with("Accept-Ranges", "bytes").with("Cache-Control", CACHE_CONTROL);
    }
}
