package apidrive.peer;

/**
 * The time that passed for this process, from any monotonic clock. A step back counts as nothing and a step forward of
 * more than a period as one period: the process was stopped, and nobody else is to blame for answers it did not read.
 */
final class Elapsed {
    private final long longestStep;
    private long last;
    private long elapsed;

    Elapsed(long nanos, long longestStep) {
        this.last = nanos;
        this.longestStep = longestStep;
    }

    long now() {
        return elapsed;
    }

    long advance(long nanos) {
        long step = nanos - last;
        last = nanos;
        elapsed += Math.max(0, Math.min(step, longestStep));
        return elapsed;
    }
}
