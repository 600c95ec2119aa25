package apidrive.door.api;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.INTERNAL;
import static apidrive.problem.Problem.NOT_READY;
import static apidrive.problem.Problem.TOO_LARGE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.ChunkStore;
import apidrive.chunk.GetResult;
import apidrive.chunk.Refusals;
import apidrive.problem.ProblemException;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Stored;
import apidrive.sql.SqlFailure;
import apidrive.wire.BsonSequence;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.DriveRequest;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.StreamingOutput;

/**
 * Many chunks in one exchange: contracts in BSON, one after another, answered by as many results in the same order, each
 * its own success or problem. An exchange whose framing is broken is refused as a whole; what came before stays stored,
 * and storing it again is harmless. The request is read to its end before the answer begins, so that a client which
 * sends everything before it reads cannot lock up with the server; that is why an exchange is bounded in number.
 */
@Path("/api/drive/batch")
@Consumes(Format.BSON_TYPE)
@Produces(Format.BSON_TYPE)
public final class BatchResource {
    /** Contracts in one exchange: 256 MiB of full chunks. */
    static final int MOST = 4_096;
    private static final Logger LOG = LoggerFactory.getLogger(BatchResource.class);
    private static final int MOST_STORE_BYTES = 1 << 20;  // so that a chunk somewhat too large fails alone
    private static final int MOST_ID_BYTES = 1_024;
    private static final int UNDER_WAY = 128;  // chunks of one exchange that wait to be stored: 8 MiB
    private static final int RENEWED_TOGETHER = 1_000;

    private final NetworkChunks chunks;
    private final Admission admission;

    public BatchResource(NetworkChunks chunks, Admission admission) {
        this.chunks = chunks;
        this.admission = admission;
    }

    @POST
    @Path("store")
    public StreamingOutput store(InputStream body, @Context HttpServletRequest sender) {
        BsonSequence contracts = new BsonSequence(body, MOST_STORE_BYTES);
        List<Document> results = new ArrayList<>();
        Deque<CompletableFuture<Document>> underWay = new ArrayDeque<>();
        try {
            for (Optional<byte[]> next = contracts.next(); next.isPresent(); next = contracts.next()) {
                bound(results.size() + underWay.size());
                if (underWay.size() == UNDER_WAY) {
                    results.add(underWay.remove().join());
                }
                underWay.add(submit(next.get(), sender, underWay, results));
            }
        } finally {
            underWay.forEach(result -> results.add(result.join()));
        }
        return out -> {
            for (Document result : results) {
                Format.BSON.write(result, out);
            }
        };
    }

    @POST
    @Path("retrieve")
    public StreamingOutput retrieve(InputStream body) {
        List<Object> wanted = ids(body);
        return out -> {
            for (int from = 0; from < wanted.size(); from += ChunkStore.MAX_GET) {
                retrieve(wanted.subList(from, Math.min(wanted.size(), from + ChunkStore.MAX_GET)), out);
            }
        };
    }

    @POST
    @Path("renew")
    public StreamingOutput renew(InputStream body) {
        List<Object> wanted = ids(body);
        return out -> {
            for (int from = 0; from < wanted.size(); from += RENEWED_TOGETHER) {
                renew(wanted.subList(from, Math.min(wanted.size(), from + RENEWED_TOGETHER)), out);
            }
        };
    }

    /** The result of one store, never failing; where the queue is full it first waits for this exchange's own chunks. */
    private CompletableFuture<Document> submit(byte[] contract, HttpServletRequest sender,
            Deque<CompletableFuture<Document>> underWay, List<Document> results) {
        try {
            DriveRequest request = Format.BSON.readRequest(contract);
            Chunk chunk = Chunk.of(request.requireData());
            admission.admit(sender);
            while (true) {
                try {
                    return chunks.submit(chunk, chunks.wish(request.copies(), request.ack()))
                            .handle((stored, thrown) -> result(chunk.id(), stored, thrown));
                } catch (ProblemException failure) {
                    if (failure.problem() != BUSY || underWay.isEmpty()) {
                        return CompletableFuture.completedFuture(Replies.failed(chunk.id(), failure));
                    }
                    results.add(underWay.remove().join());
                }
            }
        } catch (ProblemException failure) {
            return CompletableFuture.completedFuture(Replies.failed(null, failure));
        }
    }

    private Document result(ChunkId id, Stored stored, Throwable thrown) {
        return thrown == null ? Replies.stored(stored.info()).with("Holders", Holders.texts(chunks, stored)) : failed(id, thrown);
    }

    private static Document failed(ChunkId id, Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ProblemException failure) {
            return Replies.failed(id, failure);
        }
        if (SqlFailure.within(cause).filter(SqlFailure::isOutage).isPresent()) {
            return Replies.failed(id, NOT_READY.because("the database cannot be used now"));
        }
        LOG.error("one of a batch failed id={}", id, cause);
        return Replies.failed(id, INTERNAL.because("An error has occurred."));
    }

    private void retrieve(List<Object> wanted, OutputStream out) throws IOException {
        List<ChunkId> ids = understood(wanted);
        Map<ChunkId, GetResult> found = Map.of();
        RuntimeException failed = null;
        try {
            found = chunks.retrieve(ids);
        } catch (RuntimeException failure) {
            failed = failure;
        }
        for (Object one : wanted) {
            if (!(one instanceof ChunkId id)) {
                write((Document) one, out);
            } else if (failed != null) {
                write(failed(id, failed), out);
            } else {
                write(retrieved(id, found.get(id)), out);
            }
        }
    }

    private static Document retrieved(ChunkId id, GetResult result) {
        return result.failure(id).map(failure -> Replies.failed(id, failure)).orElseGet(() -> Replies.retrieved(id, result.stored().chunk().data()));
    }

    private void renew(List<Object> wanted, OutputStream out) throws IOException {
        List<ChunkId> ids = understood(wanted);
        Map<ChunkId, Instant> renewed = Map.of();
        RuntimeException failed = null;
        try {
            renewed = chunks.renew(ids);
        } catch (RuntimeException failure) {
            failed = failure;
        }
        for (Object one : wanted) {
            if (!(one instanceof ChunkId id)) {
                write((Document) one, out);
            } else if (failed != null) {
                write(failed(id, failed), out);
            } else if (renewed.containsKey(id)) {
                write(Replies.renewed(id, renewed.get(id)), out);
            } else {
                write(Replies.failed(id, Refusals.of(CHUNK_NOT_FOUND, id)), out);
            }
        }
    }

    /** The ids of all contracts in order; in place of one that is malformed, the result that says so. */
    private static List<Object> ids(InputStream body) {
        BsonSequence contracts = new BsonSequence(body, MOST_ID_BYTES);
        List<Object> ids = new ArrayList<>();
        for (Optional<byte[]> next = contracts.next(); next.isPresent(); next = contracts.next()) {
            bound(ids.size());
            ids.add(id(next.get()));
        }
        return ids;
    }

    private static Object id(byte[] contract) {
        try {
            DriveRequest request = Format.BSON.readRequest(contract);
            return request.requireId();
        } catch (ProblemException failure) {
            return Replies.failed(null, failure);
        }
    }

    private static List<ChunkId> understood(List<Object> wanted) {
        return wanted.stream().filter(ChunkId.class::isInstance).map(ChunkId.class::cast).toList();
    }

    private static void bound(int count) {
        if (count == MOST) {
            throw TOO_LARGE.because("an exchange has at most " + MOST + " contracts");
        }
    }

    private static void write(Document result, OutputStream out) throws IOException {
        Format.BSON.write(result, out);
    }
}
