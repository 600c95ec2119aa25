package apidrive.wire;

import java.util.UUID;

/**
 * The chunk ids that begin with the same {@code bits}, 0 to 48: a part of all ids, which are spread evenly over the parts.
 *
 * @param value those bits, 0 to 2^bits − 1
 */
public record IdPrefix(int bits, long value) implements Comparable<IdPrefix> {
    /** Every id. */
    public static final IdPrefix ALL = new IdPrefix(0, 0);
    /** Beyond these follow the bits of the version, which are the same in every id. */
    public static final int MAX_BITS = 48;

    public IdPrefix {
        if (bits < 0 || bits > MAX_BITS || value < 0 || value >= 1L << bits) {
            throw new IllegalArgumentException("no prefix of ids: " + value + " in " + bits + " bits");
        }
    }

    /** The part of this many bits that {@code id} is in. */
    public static IdPrefix of(ChunkId id, int bits) {
        return new IdPrefix(bits, bits == 0 ? 0 : id.uuid().getMostSignificantBits() >>> Long.SIZE - bits);
    }

    public boolean contains(ChunkId id) {
        return of(id, bits).equals(this);
    }

    /** The least id of it, in PostgreSQL's order. */
    public UUID first() {
        return new UUID(bits == 0 ? 0 : value << Long.SIZE - bits, 0);
    }

    /** The greatest id of it, in PostgreSQL's order. */
    public UUID last() {
        return new UUID(bits == 0 ? -1 : (value + 1 << Long.SIZE - bits) - 1, -1);
    }

    /** Ascending by the ids in them; prefixes of the same length alone are compared. */
    @Override
    public int compareTo(IdPrefix other) {
        return Long.compare(value, other.value);
    }
}
