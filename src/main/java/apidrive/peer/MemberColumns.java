package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;

/**
 * The members in columns of primitives, since a million objects with their headers and references would take three
 * times the heap. A member stays in its slot while it is known. Ids are digests, so their leading bits are the index:
 * chains hang off {@code heads} in the order of those bits, which gives look-up and ascending order from one array.
 */
final class MemberColumns {
    static final int NONE = -1;
    private static final int FIRST_CAPACITY = 8;
    private static final int FIRST_BITS = 3;
    /** Chains of two are as fast as any and halve the array of heads. */
    private static final int MEMBERS_A_HEAD = 2;

    private long[] high = new long[FIRST_CAPACITY];
    private long[] low = new long[FIRST_CAPACITY];
    private byte[][] packed = new byte[FIRST_CAPACITY][];
    private byte[] flags = new byte[FIRST_CAPACITY];
    private int[] since = new int[FIRST_CAPACITY];
    private int[] heard = new int[FIRST_CAPACITY];
    private int[] used = new int[FIRST_CAPACITY];
    private float[] load = new float[FIRST_CAPACITY];
    private int[] next = new int[FIRST_CAPACITY];
    private int[] heads = new int[1 << FIRST_BITS];
    private int headBits = FIRST_BITS;
    private int slots;
    private int taken;
    private int free = NONE;

    MemberColumns() {
        Arrays.fill(heads, NONE);
    }

    /** Slots ever used: every member's slot is below. */
    int slots() {
        return slots;
    }

    /** Members in all. */
    int size() {
        return taken;
    }

    /** The slot of a member, or {@link #NONE}. */
    int find(NodeId id) {
        int slot = heads[head(id.high())];
        while (slot != NONE && (high[slot] != id.high() || low[slot] != id.low())) {
            slot = next[slot];
        }
        return slot;
    }

    int add(NodeId id) {
        if (taken == MEMBERS_A_HEAD * heads.length) {
            index(headBits + 1);
        }
        int slot = free;
        if (slot == NONE) {
            slot = slots++;
            if (slot == high.length) {
                grow(slot + slot / 4 + FIRST_CAPACITY);
            }
        } else {
            free = next[slot];
        }
        taken++;
        high[slot] = id.high();
        low[slot] = id.low();
        link(slot);
        return slot;
    }

    void remove(int slot) {
        int head = head(high[slot]);
        if (heads[head] == slot) {
            heads[head] = next[slot];
        } else {
            int before = heads[head];
            while (next[before] != slot) {
                before = next[before];
            }
            next[before] = next[slot];
        }
        packed[slot] = null;
        flags[slot] = 0;
        next[slot] = free;
        free = slot;
        taken--;
    }

    boolean isTaken(int slot) {
        return packed[slot] != null;
    }

    NodeId id(int slot) {
        return new NodeId(new UUID(high[slot], low[slot]));
    }

    byte[] packed(int slot) {
        return packed[slot];
    }

    void packed(int slot, byte[] announcement) {
        packed[slot] = announcement;
    }

    byte flags(int slot) {
        return flags[slot];
    }

    void flags(int slot, int value) {
        flags[slot] = (byte) value;
    }

    int since(int slot) {
        return since[slot];
    }

    void since(int slot, int value) {
        since[slot] = value;
    }

    int heard(int slot) {
        return heard[slot];
    }

    void heard(int slot, int value) {
        heard[slot] = value;
    }

    Vitals vitals(int slot) {
        return new Vitals(Integer.toUnsignedLong(used[slot]), load[slot]);
    }

    void vitals(int slot, Vitals vitals) {
        used[slot] = (int) Math.min(vitals.slotsUsed(), 0xFFFF_FFFFL);
        load[slot] = vitals.load();
    }

    /** At most {@code limit} slots of members above {@code after} and not above {@code last}, ascending by id. */
    int[] between(NodeId after, NodeId last, int limit) {
        int[] found = new int[Math.min(limit, taken)];
        int count = 0;
        int lastHead = head(last.high());
        for (int head = head(after.high()); head <= lastHead && count < found.length; head++) {
            for (int slot : chain(head)) {
                NodeId id = id(slot);
                if (id.compareTo(after) > 0 && id.compareTo(last) <= 0 && count < found.length) {
                    found[count++] = slot;
                }
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** The members behind one head, ascending. */
    private Integer[] chain(int head) {
        int length = 0;
        for (int slot = heads[head]; slot != NONE; slot = next[slot]) {
            length++;
        }
        Integer[] chain = new Integer[length];
        int count = 0;
        for (int slot = heads[head]; slot != NONE; slot = next[slot]) {
            chain[count++] = slot;
        }
        Arrays.sort(chain, Comparator.comparing(this::id));
        return chain;
    }

    private int head(long idHigh) {
        return (int) (idHigh >>> Long.SIZE - headBits);
    }

    private void link(int slot) {
        int head = head(high[slot]);
        next[slot] = heads[head];
        heads[head] = slot;
    }

    private void index(int bits) {
        int[] oldHeads = heads;
        headBits = bits;
        heads = new int[1 << bits];
        Arrays.fill(heads, NONE);
        for (int first : oldHeads) {
            for (int slot = first; slot != NONE;) {
                int following = next[slot];
                link(slot);
                slot = following;
            }
        }
    }

    private void grow(int capacity) {
        high = Arrays.copyOf(high, capacity);
        low = Arrays.copyOf(low, capacity);
        packed = Arrays.copyOf(packed, capacity);
        flags = Arrays.copyOf(flags, capacity);
        since = Arrays.copyOf(since, capacity);
        heard = Arrays.copyOf(heard, capacity);
        used = Arrays.copyOf(used, capacity);
        load = Arrays.copyOf(load, capacity);
        next = Arrays.copyOf(next, capacity);
    }
}
