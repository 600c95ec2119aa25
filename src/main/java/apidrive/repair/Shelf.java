package apidrive.repair;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import apidrive.chunk.Summary;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/**
 * What nodes ask of each other: one node's own chunks, never what it would have to fetch elsewhere. Threads share it. Every
 * method may throw {@link apidrive.problem.ProblemException}: the node is away, or refuses the whole call; then nothing is
 * known of what it did, and asking again is harmless.
 */
public interface Shelf {
    /** The most chunks of one {@link #keep} or {@link #fetch}: 4 MiB. */
    int MAX_CHUNKS = 64;
    /** The most ids of one {@link #held}, {@link #renew}, {@link #claim}, {@link #bury} or {@link #made}, and of a {@link #list}. */
    int MAX_IDS = 4_096;

    /**
     * Keeps copies, at most {@link #MAX_CHUNKS}, durably; the answers are in their order: empty for one that is kept, else why not
     * (NO_FREE_SLOT, ID_TAKEN, CHUNK_DELETED).
     */
    List<Optional<Problem>> keep(List<Replica> replicas);

    /** As {@link #keep}, for whoever need not wait: the future fails with what that would throw. */
    default CompletableFuture<List<Optional<Problem>>> send(List<Replica> replicas) {
        try {
            return CompletableFuture.completedFuture(keep(replicas));
        } catch (ProblemException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Others keep copies by now, at most {@link #MAX_IDS}, that this node noted as owed: it need not ask them. */
    void made(List<Made> copies);

    /**
     * Those of at most {@link #MAX_CHUNKS} chunks that are kept, their bytes checked. {@code forUser}: a user waits for them, so
     * their leases are renewed.
     */
    Map<ChunkId, Replica> fetch(Collection<ChunkId> ids, boolean forUser);

    /** As {@link #fetch}, for whoever need not wait: the future fails with what that would throw. */
    default CompletableFuture<Map<ChunkId, Replica>> ask(Collection<ChunkId> ids, boolean forUser) {
        try {
            return CompletableFuture.completedFuture(fetch(ids, forUser));
        } catch (ProblemException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Those of at most {@link #MAX_IDS} that are kept, alive and undamaged as far as is known, by a node that takes itself for one
     * of their holders: others let go of their copies by this word.
     */
    List<Leased> held(Collection<ChunkId> ids);

    /** What is kept within these parts (of one length), summed up by the leading {@code bits}: {@link apidrive.chunk.Inventory#summaries}. */
    List<Summary> summaries(Collection<IdPrefix> within, int bits);

    /** At most {@link #MAX_IDS} of what is kept within these parts, ids above {@code after}, ascending. */
    List<Leased> list(Collection<IdPrefix> within, ChunkId after);

    /** Moves plain leases to the later of their end and the one told. */
    void renew(List<Leased> leases);

    /**
     * Adds claims, at most {@link #MAX_IDS}, to chunks that are kept, or moves them to the later end; what is unknown is passed over,
     * and so are holders that have ended. A node of an earlier build fails: it knows plain leases alone.
     */
    default void claim(List<Claimed> claims) {
    }

    /** Deletes; refused (FORBIDDEN) by a node of an open network, where nobody deletes at another's. */
    void bury(List<Buried> deletions);
}
