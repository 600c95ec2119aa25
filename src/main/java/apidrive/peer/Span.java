package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.UUID;

/** The ids that begin with one byte, or with two. */
record Span(int bytes, int prefix) {
    /** Above every id of the span before. */
    NodeId after() {
        return new NodeId(new UUID(((long) prefix << shift()) - 1, -1));
    }

    NodeId last() {
        return new NodeId(new UUID(((long) prefix + 1 << shift()) - 1, -1));
    }

    /** One of the 256 parts of a span of one byte. */
    Span part(int next) {
        return new Span(2, prefix << Byte.SIZE | next);
    }

    private int shift() {
        return Long.SIZE - Byte.SIZE * bytes;
    }
}
