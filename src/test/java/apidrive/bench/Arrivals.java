package apidrive.bench;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** When requests are due: evenly, from a start on, whatever became of the earlier ones. Threads share it. */
final class Arrivals {
    /** As many as anybody waits for. */
    static final long UNTIL_STOPPED = Long.MAX_VALUE;
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final long count;
    private final AtomicLong taken = new AtomicLong();
    private volatile long start;
    private volatile boolean stopped;

    Arrivals(double perSecond, long count) {
        this.perSecond = perSecond;
        this.count = count;
    }

    /** As many as are due within {@code time}, at least one. */
    static Arrivals within(Duration time, double perSecond) {
        return new Arrivals(perSecond, Math.max(1, Math.round(perSecond * time.toNanos() / NANOS)));
    }

    double perSecond() {
        return perSecond;
    }

    /** The first is due at {@code time} on the clock of {@link System#nanoTime}; called before the first is taken. */
    void begin(long time) {
        start = time;
    }

    /** There are no more. */
    void stop() {
        stopped = true;
    }

    /** When the next one is due, which may be over; empty when all were taken. */
    OptionalLong next() {
        long number = stopped ? count : taken.getAndIncrement();
        return number < count ? OptionalLong.of(start + Math.round(number * NANOS / perSecond)) : OptionalLong.empty();
    }
}
