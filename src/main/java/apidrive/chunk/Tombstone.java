package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

import apidrive.wire.ChunkId;

/**
 * Proof that a chunk was deleted, two lifetimes of a lease before {@code until}: no peer's copy of it is taken whose lease began
 * before, that is, ends a lifetime before {@code until} or sooner. A user who stores it again undoes it, and a copy of that is
 * taken, since its lease began later.
 *
 * @param number which deletion it was: drawn at random, the same on every node; 0 where whoever told of it knew none
 */
public record Tombstone(ChunkId id, Instant until, long number) {
    private static final int LIFETIMES = 2;  // beyond one no lease of any copy can reach, nor that of a backup as old

    /** Of a deletion at that time. */
    public static Tombstone of(ChunkId id, Instant deletedAt, long number, Lease lease) {
        return new Tombstone(id, deletedAt.plus(lease.lifetime().multipliedBy(LIFETIMES)), number);
    }

    /** When the chunk was deleted. */
    public Instant deletedAt(Lease lease) {
        return until.minus(lease.lifetime().multipliedBy(LIFETIMES));
    }

    /**
     * What is to be known once both are. A deletion is told late, never early, so that of one the earliest time is the nearest to
     * the truth; were it the latest, nodes that tell each other would move it on for ever. Of two deletions the later counts.
     */
    Tombstone and(Tombstone other) {
        boolean isOther = number == other.number ? other.until.isBefore(until) : other.until.isAfter(until);
        return isOther ? other : this;
    }

    /** Each chunk once, ascending. */
    static SortedMap<ChunkId, Tombstone> distinct(Collection<Tombstone> tombstones) {
        SortedMap<ChunkId, Tombstone> distinct = new TreeMap<>();
        tombstones.forEach(one -> distinct.merge(one.id(), one, Tombstone::and));
        return distinct;
    }
}
