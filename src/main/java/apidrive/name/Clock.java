package apidrive.name;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Gives records their versions: the time in microseconds, or one more than the version replaced where that is ahead of it. */
final class Clock {
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

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
