package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/**
 * What a store keeps, as peers compare it and jobs walk it. Threads may share it. Listed is what is alive at {@code now} and
 * undamaged. Each method is one transaction. Where {@link ChunkService} has a method of the same name, a node calls that
 * one, since it keeps the heap's copies in step.
 */
public interface Inventory {
    /** The most entries that {@link #list} returns at once. */
    int MAX_LIST = 65_536;

    /**
     * The chunks within {@code within} (prefixes of one length, at most {@code bits}) that were not stored between
     * {@code settled} and {@code now} (what was stored after now was so before the clock was set back), summed up by their
     * leading {@code bits}; parts without any are left out. Ascending by prefix, then by copies.
     */
    List<Summary> summaries(Collection<IdPrefix> within, int bits, Instant now, Instant settled);

    /** At most {@code limit} (up to {@link #MAX_LIST}) chunks within {@code within}, their ids above {@code after}, ascending. */
    List<Held> list(Collection<IdPrefix> within, ChunkId after, int limit, Instant now);

    /** Those of {@code ids} that are kept, in no order. */
    List<Held> held(Collection<ChunkId> ids, Instant now);

    /**
     * Moves leases to the later of their end and the one given, and the wanted copies to the greater. What is unknown is
     * passed over, and so is what has run out: only bytes bring it back. The ends are taken as they are; whoever has them
     * from a peer bounds them first.
     */
    void merge(Collection<Held> leases, Instant now);

    /** Notes that the bytes of these were read and match. */
    void checked(Collection<ChunkId> ids, Instant now);

    /**
     * Lets go of copies that others are to keep, damaged ones and those run out as well, and frees their slots; returns how
     * many there were. One whose lease or wanted copies are not as given any more was stored or retrieved since, and stays.
     * Leaves no tombstone.
     */
    int release(Collection<Held> copies);

    /**
     * Deletes chunks, if they are kept, for good, with what is cached of them and what was to be healed: of one deletion the
     * earliest tombstone is kept, of several the latest ({@link Tombstone#number}). No put is under way meanwhile, so that none brings back what it did not see buried. Returns those that were kept.
     */
    Set<ChunkId> bury(Collection<Tombstone> tombstones);

    /**
     * As {@link #bury}, but throws CHUNK_CLAIMED and changes nothing where somebody claims the chunk at {@code now}. A store that knows
     * no claims buries it.
     */
    default Set<ChunkId> buryUnclaimed(Tombstone tombstone, Instant now) {
        return bury(List.of(tombstone));
    }

    /**
     * The leases of those of {@code ids} that somebody claims, alive at {@code now}: the plain one where there is one, and of the
     * claims at most {@code most} of each chunk, those that go on longest. Nothing where a store knows no claims.
     */
    default Map<ChunkId, List<Claim>> claims(Collection<ChunkId> ids, int most, Instant now) {
        return Map.of();
    }

    /**
     * Adds claims to chunks that are kept, or moves them to the later end. What is unknown is passed over, and so are holders that
     * have ended, and plain leases, which {@link #merge} moves.
     */
    default void claim(Map<ChunkId, List<Claim>> told, Instant now) {
    }

    /** Tombstones still in force within {@code within}, their ids above {@code after}, ascending. */
    List<Tombstone> tombstones(Collection<IdPrefix> within, ChunkId after, int limit, Instant now);

    /** Forgets at most {@code limit} tombstones that are no longer in force; returns how many. */
    int forgetTombstones(Instant now, int limit);
}
