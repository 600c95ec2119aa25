package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import apidrive.wire.ChunkId;

/** Which record of which name; by it two nodes find what one of them lacks. Ascending as PostgreSQL orders the columns. */
record NameMark(ChunkId id, long version, long sum) implements Comparable<NameMark> {
    /** Below every other. */
    static final NameMark LOWEST = new NameMark(ChunkId.LOWEST, 0, Long.MIN_VALUE);
    /** Bytes of one. */
    static final int BYTES = ChunkId.BYTES + 2 * Long.BYTES;
    private static final Comparator<NameMark> ORDER = Comparator.comparing(NameMark::id).thenComparingLong(NameMark::version)
            .thenComparingLong(NameMark::sum);

    static byte[] write(List<NameMark> marks) {
        ByteBuffer bytes = ByteBuffer.allocate(marks.size() * BYTES);
        marks.forEach(mark -> bytes.put(mark.id().toRfc()).putLong(mark.version()).putLong(mark.sum()));
        return bytes.array();
    }

    /** Throws MALFORMED. */
    static List<NameMark> read(byte[] bytes) {
        if (bytes.length % BYTES != 0) {
            throw MALFORMED.because("marks of names have " + BYTES + " bytes each");
        }
        List<NameMark> marks = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            marks.add(new NameMark(new ChunkId(new UUID(buffer.getLong(), buffer.getLong())), buffer.getLong(), buffer.getLong()));
        }
        return marks;
    }

    @Override
    public int compareTo(NameMark other) {
        return ORDER.compare(this, other);
    }
}
