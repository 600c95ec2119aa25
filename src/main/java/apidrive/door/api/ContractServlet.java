package apidrive.door.api;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

import apidrive.chunk.StoredChunk;
import apidrive.repair.NetworkChunks;
import apidrive.wire.Chunk;
import apidrive.wire.DriveRequest;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Stores and returns chunks by the original's contracts. Bodies: {@link apidrive.wire}; examples: README, "API". */
public final class ContractServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private static final String STORE = "/api/drive/store";
    private static final String RETRIEVE = "/api/drive/retrieve";
    /** A full chunk as a JSON array of numbers takes four characters a byte; the same again for spaces and other members. */
    static final int MOST_BYTES = 512 * 1024;

    private final transient NetworkChunks chunks;

    public ContractServlet(NetworkChunks chunks, Traffic traffic, Admission admission) {
        super(traffic, admission);
        this.chunks = chunks;
    }

    @Override
    public Set<String> paths() {
        return Set.of(STORE, RETRIEVE);
    }

    @Override
    public boolean servesBelow() {
        return false;
    }

    @Override
    protected Set<String> verbs(String path, String rest) {
        return Set.of("POST");
    }

    /** A retrieve contract sent to {@code store} is answered as one: the original served both under this route. */
    @Override
    protected Answer answer(HttpServletRequest request) throws IOException {
        DriveRequest contract = read(request);
        if (request.getServletPath().equals(RETRIEVE) || contract.isRetrieve()) {
            return retrieved(retrieve(contract), Negotiation.type(request));
        }
        Chunk chunk = Chunk.of(contract.requireData());
        admit(request);
        return Holders.name(chunks, chunks.store(chunk, chunks.wish(contract.copies(), contract.ack())), Negotiation.type(request));
    }

    private StoredChunk retrieve(DriveRequest contract) {
        return chunks.find(contract.requireId())
                .or(() -> contract.otherReading().flatMap(chunks::find))
                .orElseGet(() -> chunks.retrieve(contract.id()));
    }

    private static Answer retrieved(StoredChunk stored, String mediaType) {
        return stored.direct().filter(direct -> mediaType.equals(Format.BSON_TYPE))
                .map(direct -> Answer.of(HttpServletResponse.SC_OK).body(mediaType + Answer.CHARSET, direct.bson()))
                .orElseGet(() -> Answer.of(Replies.retrieved(stored.chunk().data()), mediaType));
    }

    private static DriveRequest read(HttpServletRequest request) throws IOException {
        String type = request.getContentType();
        if (type == null && request.getContentLengthLong() == 0) {
            throw MALFORMED.because("the body is empty");
        }
        Format format = Optional.ofNullable(type).flatMap(Format::ofMediaType).orElseThrow(
                () -> ProblemAnswers.wrongType(request));
        return format.readRequest(Bodies.read(request.getInputStream(), Bodies.declared(request), MOST_BYTES));
    }
}
