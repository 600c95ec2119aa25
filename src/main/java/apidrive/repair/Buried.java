package apidrive.repair;

import java.time.Duration;
import java.time.Instant;

import apidrive.chunk.Lease;
import apidrive.chunk.Tombstone;
import apidrive.wire.ChunkId;

/**
 * That a chunk was deleted, and how long ago: a copy whose lease began later was stored or retrieved since, and stays.
 *
 * @param number which deletion it was, as {@link Tombstone#number}
 */
public record Buried(ChunkId id, Duration age, long number) {
    /** As it is told at {@code now}: what seems younger would take what was stored since. */
    static Buried of(Tombstone tombstone, Instant now, Lease lease) {
        return new Buried(tombstone.id(), Duration.between(tombstone.deletedAt(lease), now), tombstone.number());
    }

    /** As it is known where it is heard at {@code now}. */
    Tombstone heard(Instant now, Lease lease) {
        return Tombstone.of(id, now.minus(age), number, lease);
    }
}
