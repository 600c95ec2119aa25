package apidrive.repair;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Ids of holders, which tell when they were drawn: UUIDs of version 7 (RFC 9562 §5.7). */
public final class HolderId {
    private static final int TIMED = 7;  // the version
    private static final int TIME_SHIFT = 16;  // the first 48 bits are milliseconds of Unix time
    private static final int VERSION_SHIFT = 12;
    private static final long RANDOM = 0xfff;

    private HolderId() {
    }

    /** One that was never before; {@code now} is the time by the clock of who draws it. */
    public static UUID drawn(Instant now) {
        UUID random = UUID.randomUUID();
        long first = now.toEpochMilli() << TIME_SHIFT | TIMED << VERSION_SHIFT | random.getMostSignificantBits() & RANDOM;
        return new UUID(first, random.getLeastSignificantBits());
    }

    /** When it was drawn, by the clock of the node that did; empty for one that an earlier build drew. */
    public static Optional<Instant> drawnAt(UUID holder) {
        return holder.version() == TIMED ? Optional.of(Instant.ofEpochMilli(holder.getMostSignificantBits() >>> TIME_SHIFT))
                : Optional.empty();
    }
}
