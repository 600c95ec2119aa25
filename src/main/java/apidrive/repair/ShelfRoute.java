package apidrive.repair;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;

import apidrive.peer.PeerRoute;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** The calls of {@link Shelf} as routes below {@code /api/peer/}: each turns a request's body into its answer's. */
public enum ShelfRoute {
    KEEP(Shelf.MAX_CHUNKS * (Chunk.MAX_BYTES + 256) + 256, (shelf, body) -> {
        List<Replica> replicas = body.replicas(Shelf.MAX_CHUNKS);
        body.end();
        return new ShelfWriter().answers(shelf.keep(replicas));
    }),
    FETCH(16 * 1024, (shelf, body) -> {
        boolean forUser = body.flag();
        List<ChunkId> ids = body.ids(Shelf.MAX_CHUNKS);
        body.end();
        Map<ChunkId, Replica> found = shelf.fetch(ids, forUser);
        return new ShelfWriter().replicas(found.values());
    }),
    HELD(256 * 1024, (shelf, body) -> {
        List<ChunkId> ids = body.ids(Shelf.MAX_IDS);
        body.end();
        return new ShelfWriter().told(shelf.held(ids));
    }),
    SUMMARIES(4 * 1024 * 1024, (shelf, body) -> {
        Collection<IdPrefix> within = body.prefixes();
        int bits = (int) body.number();
        body.end();
        if (bits < 0 || bits > IdPrefix.MAX_BITS || within.stream().anyMatch(prefix -> prefix.bits() > bits || bits - prefix.bits() > 20)) {
            throw MALFORMED.because("no parts of these parts have " + bits + " bits");
        }
        return new ShelfWriter().summaries(shelf.summaries(within, bits));
    }),
    LIST(4 * 1024 * 1024, (shelf, body) -> {
        Collection<IdPrefix> within = body.prefixes();
        List<ChunkId> after = body.ids(1);
        body.end();
        if (after.isEmpty()) {
            throw MALFORMED.because("the id to go on from is missing");
        }
        return new ShelfWriter().told(shelf.list(within, after.get(0)));
    }),
    RENEW(256 * 1024, (shelf, body) -> {
        List<Leased> leases = body.leased(Shelf.MAX_IDS);
        body.end();
        shelf.renew(leases);
        return new ShelfWriter();
    }),
    CLAIM(256 * 1024, (shelf, body) -> {
        List<Claimed> claims = body.claimed(Shelf.MAX_IDS);
        body.end();
        shelf.claim(claims);
        return new ShelfWriter();
    }),
    BURY(256 * 1024, (shelf, body) -> {
        List<Buried> deletions = body.buried(Shelf.MAX_IDS);
        body.end();
        shelf.bury(deletions);
        return new ShelfWriter();
    }),
    MADE(256 * 1024, (shelf, body) -> {
        List<Made> made = body.made(Shelf.MAX_IDS);
        body.end();
        shelf.made(made);
        return new ShelfWriter();
    });

    private final int mostBytes;
    private final BiFunction<Shelf, ShelfReader, ShelfWriter> answer;

    ShelfRoute(int mostBytes, BiFunction<Shelf, ShelfReader, ShelfWriter> answer) {
        this.mostBytes = mostBytes;
        this.answer = answer;
    }

    /** Below the context. */
    public String path() {
        return "/api/peer/" + name().toLowerCase(Locale.ROOT);
    }

    /** The route for peers, to what is on {@code shelf}. */
    public PeerRoute to(Shelf shelf) {
        return new PeerRoute() {
            @Override
            public String path() {
                return ShelfRoute.this.path();
            }

            @Override
            public int mostBytes() {
                return mostBytes;
            }

            @Override
            public List<ByteBuffer> handle(NodeId sender, byte[] body) {
                return answer(shelf, body);
            }
        };
    }

    /** What {@code shelf} answers to the body. Throws MALFORMED, and what the shelf throws. */
    List<ByteBuffer> answer(Shelf shelf, byte[] body) {
        return answer.apply(shelf, new ShelfReader(body)).parts();
    }
}
