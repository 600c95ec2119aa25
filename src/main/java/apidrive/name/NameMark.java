package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import apidrive.wire.ChunkId;

/** Which record of which name; by it two nodes find what one of them lacks. Ascending as PostgreSQL orders the columns. */
public record NameMark(ChunkId id, long version, long sum) implements Comparable<NameMark> {
    /** Below every other. */
    public static final NameMark LOWEST = new NameMark(ChunkId.LOWEST, 0, Long.MIN_VALUE);
    /** Bytes of one. */
    static final int BYTES = ChunkId.BYTES + 2 * Long.BYTES;
    private static final Pattern TEXT = Pattern.compile("([0-9a-f-]{36})\\.(\\d{1,18})\\.([0-9a-f]{1,16})");
    private static final int RADIX = 16;
    private static final Comparator<NameMark> ORDER = Comparator.comparing(NameMark::id).thenComparingLong(NameMark::version)
            .thenComparingLong(NameMark::sum);

    /** As {@link #text} wrote it; empty for any other text. */
    public static Optional<NameMark> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches() ? ChunkId.parse(parts.group(1)).map(id ->
                new NameMark(id, Long.parseLong(parts.group(2)), Long.parseUnsignedLong(parts.group(3), RADIX))) : Optional.empty();
    }

    /** For people to copy. */
    public String text() {
        return id + "." + version + "." + Long.toUnsignedString(sum, RADIX);
    }

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
