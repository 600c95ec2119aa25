package apidrive.name;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Gives records their versions: the time in microseconds, or above the version replaced where that is ahead of it. */
final class Clock {
    private static final int ROOM = 1_000;  // records that deletions leave room for, each just above the one before

    private final InstantSource clock;

    Clock(InstantSource clock) {
        this.clock = clock;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    long versionAbove(Optional<NameRecord> before) {
        long time = micros(clock.instant());
        return before.map(record -> Math.max(time, record.version() + 1)).orElse(time);
    }

    /** The version of a deletion: above those that {@link #versionJustAbove} gives meanwhile, also where this clock is behind. */
    long versionOfDeletion(Optional<NameRecord> before) {
        long time = micros(clock.instant());
        return before.map(record -> Math.max(time, record.version() + ROOM)).orElse(time);
    }

    /**
     * The least version above what is known, for a record in the name of a holder that was named before: a deletion that ends him may be on
     * its way, and is not to be outranked.
     */
    long versionJustAbove(Optional<NameRecord> before) {
        return before.map(record -> record.version() + 1).orElseGet(() -> versionAbove(before));
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
