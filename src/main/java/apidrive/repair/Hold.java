package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import apidrive.chunk.Claim;
import apidrive.chunk.Lease;

/** A {@link Claim} as nodes tell it: how long it goes on, since no two clocks agree. */
public record Hold(UUID holder, Duration left) {
    static Hold of(Claim claim, Instant now) {
        return new Hold(claim.holder(), Duration.between(now, claim.until()));
    }

    static List<Hold> of(List<Claim> claims, Instant now) {
        return claims.stream().map(claim -> of(claim, now)).toList();
    }

    /** As it is where it is heard at {@code now}. */
    Claim heard(Instant now, Lease lease) {
        return new Claim(holder, now.plus(lease.bounded(left)));
    }

    static List<Claim> heard(List<Hold> holds, Instant now, Lease lease) {
        return holds.stream().map(hold -> hold.heard(now, lease)).toList();
    }
}
