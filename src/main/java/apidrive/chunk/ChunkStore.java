package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import apidrive.wire.ChunkId;

/**
 * The chunks this node keeps. Threads may share it. Each method is one transaction, durable when it returns. What removes
 * chunks before their time is {@link Inventory}'s.
 */
public interface ChunkStore {
    /** The most chunks one {@link #put} takes: 64 × 64 KiB = 4 MiB a transaction. */
    int MAX_PUT = 64;

    /** The most chunks one {@link #get} reads: 16 × 64 KiB = 1 MiB on the heap for each connection. */
    int MAX_GET = 16;

    /**
     * Keeps each of at most {@link #MAX_PUT} chunks and answers in their order. A user's has the lease of {@code term}, and
     * undoes a deletion; one that is kept already has it anew, unless that would move it by a minute or less. A peer's
     * has its own lease, cut at {@code term}'s end, and one that is kept already gets the later of both. Either way the
     * greater number of copies is wanted from then on, bytes that were marked damaged are written again, and what is owed
     * to other nodes is noted. Refused one by one: ID_TAKEN when other bytes have the id, NO_FREE_SLOT when the node is full;
     * a peer's also as CHUNK_DELETED where its lease began before a {@link Tombstone}, and as CHUNK_NOT_FOUND when its
     * lease has run out at {@code term}'s beginning, for then it is no chunk any more; a user's that came through a peer as
     * CHUNK_DELETED where there is a tombstone of less than a lifetime ago.
     */
    List<PutResult> put(List<Put> puts, Lease.Term term);

    /**
     * Those of at most {@link #MAX_GET} distinct chunks that are kept, their bytes checked against their digest; left out
     * is what is unknown or whose lease has run out at {@code now}. Bytes that fail the check are marked damaged and never
     * returned: refused as CHUNK_DAMAGED, now and until they are stored again.
     */
    Map<ChunkId, GetResult> get(Collection<ChunkId> ids, Instant now);

    /** What is known of the chunk; empty as in {@link #get}. Throws CHUNK_DAMAGED once damage has been found. */
    Optional<ChunkInfo> info(ChunkId id, Instant now);

    /**
     * Renews those whose lease ends before {@code term.renewBelow()}; returns when the lease of each that is kept ends.
     * A chunk that is unknown or damaged, or whose lease has run out, is left out. {@code wereRead} tells that the bytes were found to
     * match their digest, which is noted with the lease.
     */
    Map<ChunkId, Instant> renew(Collection<ChunkId> ids, Lease.Term term, boolean wereRead);

    /** Room offered and taken, as of the last commit. */
    Slots slots();

    /**
     * Makes room ahead and frees the slots of leases that have run out, one bounded step; whether more is at hand. A slot
     * is freed at most an epoch (a thirtieth of the lifetime) after its lease ended.
     */
    boolean sweep(Instant now);

    /** Chunks that {@link #sweep} has yet to free, or to carry on because their lease was renewed. */
    long due(Instant now);
}
