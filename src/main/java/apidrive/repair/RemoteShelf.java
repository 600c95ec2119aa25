package apidrive.repair;

import static apidrive.problem.Problem.MALFORMED;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import apidrive.chunk.Summary;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** Another node's shelf, over HTTP. What comes back is checked: a peer cannot hand over what was not asked for. */
final class RemoteShelf implements Shelf {
    /** One exchange with the node: the body of its answer, of at most {@code mostBytes}. Throws ProblemException. */
    interface Call {
        byte[] post(ShelfRoute route, byte[] body, int mostBytes);
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
        int size = FRAME + replicas.stream().mapToInt(replica -> replica.chunk().size() + FRAME).sum();
        ShelfCodec.Writer request = new ShelfCodec.Writer(size).number(replicas.size());
        replicas.forEach(request::replica);
        List<Optional<Problem>> answers = new ShelfCodec.Reader(
                call.post(ShelfRoute.KEEP, request.bytes(), replicas.size() * FRAME + FRAME)).answers(replicas.size());
        if (answers.size() != replicas.size()) {
            throw MALFORMED.because(answers.size() + " answers to " + replicas.size() + " chunks");
        }
        return answers;
    }

    @Override
    public Map<ChunkId, Replica> fetch(Collection<ChunkId> ids, boolean forUser) {
        byte[] answer = call.post(ShelfRoute.FETCH,
                new ShelfCodec.Writer(ids.size() * ENTRY + FRAME).flag(forUser).ids(ids).bytes(),
                ids.size() * (Chunk.MAX_BYTES + FRAME) + FRAME);
        Map<ChunkId, Replica> found = new HashMap<>();
        for (Replica replica : new ShelfCodec.Reader(answer).replicas(ids.size())) {
            if (ids.contains(replica.chunk().id())) {  // bytes that hash to another id are not what was asked for
                found.put(replica.chunk().id(), replica);
            }
        }
        return found;
    }

    @Override
    public List<Leased> held(Collection<ChunkId> ids) {
        return new ShelfCodec.Reader(call.post(ShelfRoute.HELD,
                new ShelfCodec.Writer(ids.size() * ENTRY + FRAME).ids(ids).bytes(), ids.size() * ENTRY + FRAME)).leased(ids.size());
    }

    @Override
    public List<Summary> summaries(Collection<IdPrefix> within, int bits) {
        return new ShelfCodec.Reader(call.post(ShelfRoute.SUMMARIES,
                new ShelfCodec.Writer(within.size() * ENTRY + FRAME).prefixes(within).number(bits).bytes(),
                MOST_SUMMARIES * ENTRY)).summaries(bits);
    }

    @Override
    public List<Leased> list(Collection<IdPrefix> within, ChunkId after) {
        return new ShelfCodec.Reader(call.post(ShelfRoute.LIST,
                new ShelfCodec.Writer(within.size() * ENTRY + FRAME).prefixes(within).ids(List.of(after)).bytes(),
                MAX_IDS * ENTRY + FRAME)).leased(MAX_IDS);
    }

    @Override
    public void renew(List<Leased> leases) {
        call.post(ShelfRoute.RENEW, new ShelfCodec.Writer(leases.size() * ENTRY + FRAME).leased(leases).bytes(), FRAME);
    }

    @Override
    public void bury(List<Buried> deletions) {
        call.post(ShelfRoute.BURY, new ShelfCodec.Writer(deletions.size() * ENTRY + FRAME).buried(deletions).bytes(), FRAME);
    }
}
