package apidrive.peer;

/**
 * How far this node trusts itself: the Local Health Multiplier of Lifeguard (§IV.A). A node that misses answers which
 * others get is slow itself, so it probes more slowly and waits longer before it accuses anybody.
 */
final class LocalHealth {
    /** Lifeguard's S. */
    static final int WORST = 8;
    private int score;

    int score() {
        return score;
    }

    /** {@code nanos} stretched by how unwell this node is. */
    long stretched(long nanos) {
        return nanos * (score + 1);
    }

    void improve() {
        score = Math.max(0, score - 1);
    }

    void worsen(int by) {
        score = Math.min(WORST, score + by);
    }
}
