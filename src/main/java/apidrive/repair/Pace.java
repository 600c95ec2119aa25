package apidrive.repair;

import java.time.Duration;
import java.time.Instant;

/** How often something happens a second, of late: what is a minute old counts a third of what is new. */
final class Pace {
    private static final double MINUTE = 60;

    private double rate;
    private Instant last = Instant.EPOCH;

    /** So many happened at {@code now}. */
    synchronized void add(long count, Instant now) {
        age(now);
        rate += count / MINUTE;
    }

    synchronized double perSecond(Instant now) {
        age(now);
        return rate;
    }

    private void age(Instant now) {
        double seconds = Math.max(0, Duration.between(last, now).toMillis() / 1e3);
        rate *= Math.exp(-seconds / MINUTE);
        last = now;
    }
}
