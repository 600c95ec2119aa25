package apidrive.peer;

/**
 * How a node fares, in its own unsigned words: good for a list and for choosing among equals, not for decisions.
 *
 * @param slotsUsed slots in use, from 0
 * @param load the share of its capacity in use, 0 for idle; above 1 it is overloaded
 */
public record Vitals(long slotsUsed, float load) {
    /** Of a node that has nothing to tell. */
    public static final Vitals NONE = new Vitals(0, 0);

    public Vitals {
        slotsUsed = Math.max(0, slotsUsed);
        load = load >= 0 ? load : 0;
    }
}
