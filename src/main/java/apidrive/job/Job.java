package apidrive.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Background work. One step runs at a time; a step is bounded, never sleeps, and may throw: it is then tried again. */
public interface Job {
    /** A short name in lower case, for logs and metrics. */
    String name();

    /** What it is for, in a sentence for administrators. */
    String duty();

    /** Does at most one bounded piece of work and says how long to wait before the next; zero while more is at hand. */
    Duration step(Instant now);

    /** How far the work at hand has come, as of a recent step; empty at rest, and for work whose end is not known. */
    default Optional<Progress> progress() {
        return Optional.empty();
    }
}
