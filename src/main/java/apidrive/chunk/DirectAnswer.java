package apidrive.chunk;

import java.nio.ByteBuffer;
import java.util.Optional;

import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

/**
 * The original's answer to a retrieve, in BSON, and in it the chunk's bytes: outside of the heap, from where the system
 * sends them without copying them first. Nobody can change it. Threads share it.
 */
public final class DirectAnswer {
    private static final int AROUND_DATA = Format.BSON.encode(document(new byte[0])).limit();
    private static final int BEHIND_DATA = 1;  // the end of the document

    private final ByteBuffer bson;
    private final int size;

    private DirectAnswer(ByteBuffer bson, int size) {
        this.bson = bson;
        this.size = size;
    }

    /** The members of the original's answer: {@code Id} is null, and the data come last. */
    public static Document document(byte[] data) {
        return new Document().with("Id", null).with("Data", data);
    }

    /** Of this chunk, in memory from {@code room}; empty where there is none. */
    static Optional<DirectAnswer> of(Chunk chunk, DirectRoom room) {
        return room.take(AROUND_DATA + chunk.size()).map(taken -> new DirectAnswer(
                taken.put(Format.BSON.encode(document(chunk.data()))).flip().asReadOnlyBuffer(), chunk.size()));
    }

    /** The whole document. */
    public ByteBuffer bson() {
        return bson.duplicate();
    }

    /** The chunk's bytes alone. */
    public ByteBuffer bytes() {
        return bson.slice(bson.limit() - BEHIND_DATA - size, size);
    }
}
