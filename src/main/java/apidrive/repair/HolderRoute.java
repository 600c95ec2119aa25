package apidrive.repair;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

import apidrive.peer.PeerRoute;
import apidrive.wire.NodeId;

/** The calls of {@link HolderShelf} as routes below {@code /api/peer/}. */
enum HolderRoute {
    HOLD((shelf, body) -> {
        var holds = body.holds(HolderShelf.MOST);
        body.end();
        shelf.hold(holds);
        return new ShelfWriter();
    }),
    END((shelf, body) -> {
        var holders = body.holders(HolderShelf.MOST);
        body.end();
        shelf.end(holders);
        return new ShelfWriter();
    }),
    ENDED((shelf, body) -> {
        long number = body.number();
        body.end();
        return new ShelfWriter().endings(shelf.ended(number));
    });

    /** Bytes of a call or answer at most. */
    static final int MOST_BYTES = 256 * 1024;

    private final BiFunction<HolderShelf, ShelfReader, ShelfWriter> answer;

    HolderRoute(BiFunction<HolderShelf, ShelfReader, ShelfWriter> answer) {
        this.answer = answer;
    }

    /** Below the context. */
    String path() {
        return "/api/peer/" + name().toLowerCase(Locale.ROOT);
    }

    /** The answer of {@code shelf} to a call with this body. Throws MALFORMED, and whatever the shelf does. */
    List<ByteBuffer> answer(HolderShelf shelf, byte[] body) {
        return answer.apply(shelf, new ShelfReader(body)).parts();
    }

    /** The route for peers, to what {@code shelf} does. */
    PeerRoute to(HolderShelf shelf) {
        return new PeerRoute() {
            @Override
            public String path() {
                return HolderRoute.this.path();
            }

            @Override
            public int mostBytes() {
                return MOST_BYTES;
            }

            @Override
            public List<ByteBuffer> handle(NodeId sender, byte[] body) {
                return HolderRoute.this.answer(shelf, body);
            }
        };
    }
}
