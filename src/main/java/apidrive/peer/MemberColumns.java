package apidrive.peer;

import java.util.Arrays;

/**
 * What is kept of each member, slot by slot in columns of primitives: a million objects with their headers and
 * references would take three times the heap. Times are in tenths of a second.
 */
final class MemberColumns {
    private static final Observed[] OBSERVED = Observed.values();
    private static final int OBSERVED_MASK = 3;
    private static final int PLACED = 4;
    private static final int LEFT = 8;
    private static final int HEARD = 16;
    private static final int TOLD = 32;

    private byte[][] packed = {};
    private byte[] flags = {};
    private int[] since = {};
    private int[] heard = {};
    private int[] used = {};
    private float[] load = {};

    /** Makes room for so many slots. */
    void grow(int capacity) {
        if (capacity > packed.length) {
            packed = Arrays.copyOf(packed, capacity);
            flags = Arrays.copyOf(flags, capacity);
            since = Arrays.copyOf(since, capacity);
            heard = Arrays.copyOf(heard, capacity);
            used = Arrays.copyOf(used, capacity);
            load = Arrays.copyOf(load, capacity);
        }
    }

    /** Empties a slot for whoever comes next. */
    void clear(int slot) {
        packed[slot] = null;
        flags[slot] = 0;
    }

    boolean isTaken(int slot) {
        return packed[slot] != null;
    }

    byte[] packed(int slot) {
        return packed[slot];
    }

    long sequence(int slot) {
        return Announcement.sequenceOf(packed[slot]);
    }

    /** Sets the announcement, and from it whether the node left. */
    void announcement(int slot, Announcement announcement) {
        packed[slot] = announcement.packed();
        flag(slot, LEFT, announcement.profile().declared() == Declared.LEFT);
    }

    Observed observed(int slot) {
        return OBSERVED[flags[slot] & OBSERVED_MASK];
    }

    void observed(int slot, Observed observed) {
        flags[slot] = (byte) (flags[slot] & ~OBSERVED_MASK | observed.ordinal());
    }

    boolean isLeft(int slot) {
        return (flags[slot] & LEFT) != 0;
    }

    boolean isPlaced(int slot) {
        return (flags[slot] & PLACED) != 0;
    }

    void placed(int slot, boolean placed) {
        flag(slot, PLACED, placed);
    }

    /** Whether it is worth a call; false of an empty slot. */
    boolean isReachable(int slot) {
        return isTaken(slot) && !isLeft(slot) && observed(slot).compareTo(Observed.SUSPECT) <= 0;
    }

    int since(int slot) {
        return since[slot];
    }

    void since(int slot, int time) {
        since[slot] = time;
    }

    boolean isHeard(int slot) {
        return (flags[slot] & HEARD) != 0;
    }

    int heard(int slot) {
        return heard[slot];
    }

    void heard(int slot, int time) {
        heard[slot] = time;
        flag(slot, HEARD, true);
    }

    boolean isTold(int slot) {
        return (flags[slot] & TOLD) != 0;
    }

    Vitals vitals(int slot) {
        return new Vitals(Integer.toUnsignedLong(used[slot]), load[slot]);
    }

    void vitals(int slot, Vitals vitals) {
        used[slot] = (int) Math.min(vitals.slotsUsed(), 0xFFFF_FFFFL);
        load[slot] = vitals.load();
        flag(slot, TOLD, true);
    }

    private void flag(int slot, int flag, boolean set) {
        flags[slot] = (byte) (flags[slot] & ~flag | (set ? flag : 0));
    }
}
