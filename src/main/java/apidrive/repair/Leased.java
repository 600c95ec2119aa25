package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

import apidrive.chunk.Held;
import apidrive.wire.ChunkId;

/**
 * That a node keeps a chunk: how many copies are wanted of it, and how long its leases go on there.
 *
 * @param left   until the last of them ends
 * @param plain  until the plain one ends: {@code left} unless it is claimed, nothing where it has none
 * @param claims as {@link Held#claims}; empty where the node, of an earlier build, knows of none
 */
public record Leased(ChunkId id, int copies, Duration left, Duration plain, OptionalLong claims) {
    /** One that nobody claims. */
    public Leased(ChunkId id, int copies, Duration left) {
        this(id, copies, left, left, OptionalLong.of(0));
    }

    static Leased of(Held held, Instant now) {
        return new Leased(held.id(), held.copies(), Duration.between(now, held.expiresAt()), Duration.between(now, held.slidesTo()),
                OptionalLong.of(held.claims()));
    }

    /** Whether the other node should be told: more copies are wanted here, or the plain lease goes on longer, by more than {@code by}. */
    boolean isMore(Leased other, Duration by) {
        return copies > other.copies() || plain.compareTo(other.plain().plus(by)) > 0;
    }

    /** Whether the other node knows of claims, and may lack some of those that are known here. */
    boolean isClaimedOtherwise(Leased other) {
        return claims.orElse(0) != 0 && other.claims().isPresent() && !claims.equals(other.claims());
    }
}
