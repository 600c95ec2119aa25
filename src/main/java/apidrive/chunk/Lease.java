package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a chunk is kept: {@code lifetime} from when it was stored or last retrieved (sliding, not added up), written
 * anew at most once a day.
 */
public record Lease(Duration lifetime) {
    private static final int WRITES_A_LIFETIME = 30;
    private static final Duration LONGEST_STEP = Duration.ofDays(1);

    /** A lease that begins now. A chunk whose expiry is before {@code renewBelow} is to be renewed to {@code until}. */
    public record Term(Instant now, Instant until, Instant renewBelow) {
    }

    /** The lease of a chunk stored or retrieved at {@code now}. */
    public Term from(Instant now) {
        Instant until = now.plus(lifetime);
        return new Term(now, until, until.minus(step()));
    }

    /** What is left of a lease that a peer tells of: it makes none longer than a user here could. */
    public Duration bounded(Duration left) {
        return left.compareTo(lifetime) < 0 ? left : lifetime;
    }

    /** The least by which a renewal moves an expiry: a thirtieth of the lifetime, at most a day. */
    public Duration step() {
        Duration part = lifetime.dividedBy(WRITES_A_LIFETIME);
        return part.compareTo(LONGEST_STEP) < 0 ? part : LONGEST_STEP;
    }
}
