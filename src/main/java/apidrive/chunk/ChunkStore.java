package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** The chunks this node keeps. Threads may share it. Each method is one transaction, durable when it returns. */
public interface ChunkStore {
    /** The most chunks one {@link #put} takes: 64 × 64 KiB = 4 MiB a transaction. */
    int MAX_PUT = 64;

    /** The most chunks one {@link #get} reads: 16 × 64 KiB = 1 MiB on the heap for each connection. */
    int MAX_GET = 16;

    /**
     * Keeps each of at most {@link #MAX_PUT} chunks and answers in their order. One that is kept already is renewed as
     * {@link #renew} does, and its bytes are written again if they were marked damaged. Refused one by one: ID_TAKEN
     * when other bytes have the id, NO_FREE_SLOT when the node is full.
     */
    List<PutResult> put(List<Chunk> chunks, Lease.Term term);

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

    /** Deletes the chunk and frees its slot at once; false when there is none. Storing it again makes it anew. */
    boolean delete(ChunkId id);

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
