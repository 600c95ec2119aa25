package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.ChunkId;

/**
 * Proof that a chunk was deleted, two lifetimes of a lease before {@code until}: no peer's copy of it is taken whose lease began
 * before, that is, ends a lifetime before {@code until} or sooner. A user who stores it again undoes it, and a copy of that is
 * taken, since its lease began later.
 */
public record Tombstone(ChunkId id, Instant until) {
    private static final int LIFETIMES = 2;  // beyond one no lease of any copy can reach, nor that of a backup as old

    /** Of a deletion at that time. */
    public static Tombstone of(ChunkId id, Instant deletedAt, Lease lease) {
        return new Tombstone(id, deletedAt.plus(lease.lifetime().multipliedBy(LIFETIMES)));
    }

    /** When the chunk was deleted. */
    public Instant deletedAt(Lease lease) {
        return until.minus(lease.lifetime().multipliedBy(LIFETIMES));
    }
}
