package apidrive.repair;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import apidrive.chunk.Summary;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** Another node's shelf, over HTTP. What comes back is checked: a peer cannot hand over what was not asked for. */
final class RemoteShelf implements Shelf {
    /** One exchange with the node: the body of its answer, of at most {@code mostBytes}. Throws ProblemException. */
    interface Call {
        byte[] post(ShelfRoute route, List<ByteBuffer> body, int mostBytes);

        /** As {@link #post}, for whoever need not wait: the future fails with what that would throw. */
        default CompletableFuture<byte[]> send(ShelfRoute route, List<ByteBuffer> body, int mostBytes) {
            try {
                return CompletableFuture.completedFuture(post(route, body, mostBytes));
            } catch (ProblemException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    private static final int FRAME = 256;  // bytes that a chunk takes beside its own, and a body beside its chunks, at most
    private static final int ENTRY = 40;  // bytes of an id with its lease, or of a summary, at most
    private static final int MOST_SUMMARIES = 1 << 18;

    private final Call call;

    RemoteShelf(Call call) {
        this.call = call;
    }

    @Override
    public List<Optional<Problem>> keep(List<Replica> replicas) {
        int most = replicas.size() * FRAME + FRAME;
        byte[] answer;
        try {
            answer = call.post(ShelfRoute.KEEP, body(replicas, true), most);
        } catch (ProblemException e) {
            if (!knowsNoClaims(replicas, e)) {
                throw e;
            }
            answer = call.post(ShelfRoute.KEEP, body(replicas, false), most);
        }
        return answers(replicas.size(), answer);
    }

    @Override
    public CompletableFuture<List<Optional<Problem>>> send(List<Replica> replicas) {
        int most = replicas.size() * FRAME + FRAME;
        return call.send(ShelfRoute.KEEP, body(replicas, true), most)
                .exceptionallyCompose(failure -> knowsNoClaims(replicas,
                        failure instanceof CompletionException ? failure.getCause() : failure)
                        ? call.send(ShelfRoute.KEEP, body(replicas, false), most) : CompletableFuture.failedFuture(failure))
                .thenApply(answer -> answers(replicas.size(), answer));
    }

    @Override
    public void made(List<Made> copies) {
        call.post(ShelfRoute.MADE, new ShelfWriter().made(copies).parts(), FRAME);
    }

    @Override
    public Map<ChunkId, Replica> fetch(Collection<ChunkId> ids, boolean forUser) {
        return wanted(ids, call.post(ShelfRoute.FETCH, new ShelfWriter().flag(forUser).ids(ids).parts(), mostBytes(ids)));
    }

    @Override
    public CompletableFuture<Map<ChunkId, Replica>> ask(Collection<ChunkId> ids, boolean forUser) {
        return call.send(ShelfRoute.FETCH, new ShelfWriter().flag(forUser).ids(ids).parts(), mostBytes(ids))
                .thenApply(answer -> wanted(ids, answer));
    }

    @Override
    public List<Leased> held(Collection<ChunkId> ids) {
        return new ShelfReader(call.post(ShelfRoute.HELD, new ShelfWriter().ids(ids).parts(), ids.size() * ENTRY + FRAME)).told(ids.size());
    }

    @Override
    public List<Summary> summaries(Collection<IdPrefix> within, int bits) {
        return new ShelfReader(call.post(ShelfRoute.SUMMARIES, new ShelfWriter().prefixes(within).number(bits).parts(),
                MOST_SUMMARIES * ENTRY)).summaries(bits);
    }

    @Override
    public List<Leased> list(Collection<IdPrefix> within, ChunkId after) {
        return new ShelfReader(call.post(ShelfRoute.LIST, new ShelfWriter().prefixes(within).ids(List.of(after)).parts(),
                MAX_IDS * ENTRY + FRAME)).told(MAX_IDS);
    }

    @Override
    public void renew(List<Leased> leases) {
        call.post(ShelfRoute.RENEW, new ShelfWriter().leased(leases).parts(), FRAME);
    }

    @Override
    public void claim(List<Claimed> claims) {
        call.post(ShelfRoute.CLAIM, new ShelfWriter().claimed(claims).parts(), FRAME);
    }

    @Override
    public void bury(List<Buried> deletions) {
        try {
            call.post(ShelfRoute.BURY, new ShelfWriter().buried(deletions).numbers(deletions).parts(), FRAME);
        } catch (ProblemException e) {
            if (e.problem() != MALFORMED) {
                throw e;
            }
            // an earlier build, which knows no numbers, and has done nothing yet
            call.post(ShelfRoute.BURY, new ShelfWriter().buried(deletions).parts(), FRAME);
        }
    }

    private static int mostBytes(Collection<ChunkId> ids) {
        return ids.size() * (Chunk.MAX_BYTES + FRAME) + FRAME;
    }

    private static Map<ChunkId, Replica> wanted(Collection<ChunkId> ids, byte[] answer) {
        Map<ChunkId, Replica> found = new HashMap<>();
        for (Replica replica : new ShelfReader(answer).replicas(ids.size())) {
            if (ids.contains(replica.chunk().id())) {  // bytes that hash to another id are not what was asked for
                found.put(replica.chunk().id(), replica);
            }
        }
        return found;
    }

    /** An earlier build, which knows no claims, and has done nothing yet: what it keeps has a plain lease. */
    private static boolean knowsNoClaims(List<Replica> replicas, Throwable failure) {
        return failure instanceof ProblemException refused && refused.problem() == MALFORMED
                && replicas.stream().anyMatch(replica -> !replica.holds().isEmpty());
    }

    private static List<ByteBuffer> body(List<Replica> replicas, boolean withHolds) {
        ShelfWriter request = new ShelfWriter();
        return (withHolds ? request.replicas(replicas) : request.plainReplicas(replicas)).parts();
    }

    private static List<Optional<Problem>> answers(int count, byte[] body) {
        List<Optional<Problem>> answers = new ShelfReader(body).answers(count);
        if (answers.size() != count) {
            throw MALFORMED.because(answers.size() + " answers to " + count + " chunks");
        }
        return answers;
    }
}
