package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;

/**
 * Gives each id a slot, a small number that stays its own while it is kept. Ids are digests, so their leading bits
 * spread them evenly: chains hang off {@code heads} in the order of those bits, which gives look-up and ascending order
 * from one array. Whoever grinds keys until their ids begin alike makes one chain longer and slows what is asked of it.
 */
final class IdIndex {
    static final int NONE = -1;
    private static final int FIRST_CAPACITY = 8;
    private static final int FIRST_BITS = 3;
    /** Chains of two are as fast as any and halve the array of heads. */
    private static final int IDS_A_HEAD = 2;

    private long[] high = new long[FIRST_CAPACITY];
    private long[] low = new long[FIRST_CAPACITY];
    private int[] next = new int[FIRST_CAPACITY];
    private int[] heads = new int[1 << FIRST_BITS];
    private int headBits = FIRST_BITS;
    private int slots;
    private int size;
    private int free = NONE;

    IdIndex() {
        Arrays.fill(heads, NONE);
    }

    /** Slots ever used: every id's slot is below. */
    int slots() {
        return slots;
    }

    /** Ids kept. */
    int size() {
        return size;
    }

    /** Slots there is room for now; columns beside this index need as many. */
    int capacity() {
        return high.length;
    }

    /** The slot of an id, or {@link #NONE}. */
    int find(NodeId id) {
        int slot = heads[head(id.high())];
        while (slot != NONE && (high[slot] != id.high() || low[slot] != id.low())) {
            slot = next[slot];
        }
        return slot;
    }

    /** A slot for an id that has none. */
    int add(NodeId id) {
        if (size == IDS_A_HEAD * heads.length) {
            lengthen(headBits + 1);
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
        size++;
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
        next[slot] = free;
        free = slot;
        size--;
    }

    NodeId id(int slot) {
        return new NodeId(new UUID(high[slot], low[slot]));
    }

    /** At most {@code limit} slots of ids above {@code after} and not above {@code last}, ascending by id. */
    int[] between(NodeId after, NodeId last, int limit) {
        int[] found = new int[Math.min(limit, size)];
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

    /** The slots behind one head, ascending by id. */
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

    private void lengthen(int bits) {
        int[] old = heads;
        headBits = bits;
        heads = new int[1 << bits];
        Arrays.fill(heads, NONE);
        for (int first : old) {
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
        next = Arrays.copyOf(next, capacity);
    }
}
