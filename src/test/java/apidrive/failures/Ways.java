package apidrive.failures;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** What becomes, at present, of calls from each node to each other. Threads share it. */
final class Ways {
    /** What becomes of a call. */
    enum Way {
        /** It is answered. */
        OPEN,
        /** Its connection is closed. */
        CLOSED,
        /** Nothing arrives, and nothing says so. */
        CUT,
        /** It and its answer take half a second longer. */
        SLOW,
        /** It arrives, and the answer does not. */
        UNANSWERED,
        /** Some bits of the answer's body are turned. */
        GARBLED,
        /** The answer's body has no end. */
        ENDLESS
    }

    private final int nodes;
    private final Map<List<Integer>, Way> ways = new HashMap<>();
    private final List<Runnable> listeners = new ArrayList<>();

    /** Every way between this many nodes, numbered from 0, is open. */
    Ways(int nodes) {
        this.nodes = nodes;
    }

    /** {@code from} may be a number that belongs to no node: then it is open. */
    synchronized Way between(int from, int to) {
        return ways.getOrDefault(List.of(from, to), Way.OPEN);
    }

    /** Makes those from the first to the second node that are meant so; those between the others stay. */
    void make(Way way, BiPredicate<Integer, Integer> meant) {
        synchronized (this) {
            for (int from = 0; from < nodes; from++) {
                for (int to = 0; to < nodes; to++) {
                    if (from != to && meant.test(from, to)) {
                        ways.put(List.of(from, to), way);
                    }
                }
            }
        }
        tell();
    }

    /** All are open again. */
    void mend() {
        synchronized (this) {
            ways.clear();
        }
        tell();
    }

    /** {@code listener} is told after each change. */
    synchronized void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void tell() {
        List<Runnable> told;
        synchronized (this) {
            told = List.copyOf(listeners);
        }
        told.forEach(Runnable::run);
    }
}
