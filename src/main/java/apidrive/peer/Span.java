package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.UUID;

/** The ids that begin with one byte, or with two. */
record Span(int bytes, int prefix) {
    /** The last id of the span before; of the first span an id that no node has. */
    NodeId after() {
        return prefix == 0 ? NodeId.LOWEST : new Span(bytes, prefix - 1).last();
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
