package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * A chunk to keep.
 *
 * @param copies    how many copies the network is to have of it, 1 to {@link #MAX_COPIES}
 * @param expiresAt when its lease ends; empty for a user's store, whose lease begins now
 * @param owed      nodes that have yet to get a copy: noted as rows of {@code heal} in the same transaction
 * @param undoes    whether it undoes a deletion, whenever that was
 * @param claims    who wants it kept and until when, the plain lease among them where it has one; none is the plain lease alone
 */
public record Put(Chunk chunk, int copies, Optional<Instant> expiresAt, Collection<NodeId> owed, boolean undoes, List<Claim> claims) {
    /** More copies than this protect from nothing that is likely, and placement need look no further. */
    public static final int MAX_COPIES = 8;
    /** What is wanted where nobody says otherwise: two may fail. */
    public static final int USUAL_COPIES = 3;
    /** So long what is owed is left to whoever stored the chunk, and sends it at once; only then the queue gives it out. */
    public static final Duration OWED_AFTER = Duration.ofSeconds(30);
    /** Two stores of a user are one wish when no more than this lies between them. */
    private static final Duration AT_ONCE = Duration.ofMinutes(1);

    public Put {
        if (copies < 1 || copies > MAX_COPIES) {
            throw new IllegalArgumentException("a chunk has 1 to " + MAX_COPIES + " copies, not " + copies);
        }
    }

    /** A user's store of a chunk of which the network is to have {@code copies}, here and on the nodes {@code owed}. */
    public static Put ofUser(Chunk chunk, int copies, Collection<NodeId> owed) {
        return new Put(chunk, copies, Optional.empty(), owed, true, List.of());
    }

    /**
     * What a user stores through a peer. It may have been on its way for long, so that it is refused as CHUNK_DELETED when there
     * was a deletion within a lifetime: which of the two came first is to be found out.
     */
    public static Put ofFresh(Chunk chunk, int copies, Collection<NodeId> owed) {
        return new Put(chunk, copies, Optional.empty(), owed, false, List.of());
    }

    /** A copy that a peer sent: refused as CHUNK_DELETED while a tombstone says so. */
    public static Put ofPeer(Chunk chunk, int copies, Instant expiresAt) {
        return ofPeer(chunk, copies, expiresAt, List.of());
    }

    /** As the other, with what is owed to other nodes. */
    public static Put ofPeer(Chunk chunk, int copies, Instant expiresAt, Collection<NodeId> owed) {
        return new Put(chunk, copies, Optional.of(expiresAt), owed, false, List.of());
    }

    /** The same, held by these. */
    public Put heldBy(List<Claim> holders) {
        return new Put(chunk, copies, expiresAt, owed, undoes, List.copyOf(holders));
    }

    /** The same without the claims of those who have ended; empty where that leaves nobody who wants it. */
    Optional<Put> without(Set<UUID> ended) {
        List<Claim> left = claims.stream().filter(claim -> !ended.contains(claim.holder())).toList();
        Optional<Instant> last = left.stream().map(Claim::until).max(Instant::compareTo);
        return last.map(until -> new Put(chunk, copies, expiresAt.map(told -> told.isAfter(until) ? until : told), owed, undoes, left));
    }

    boolean isClaimed() {
        return !claims.isEmpty();
    }

    /** Its leases if it is put at {@code term}'s beginning, each no longer than one that begins now. */
    List<Claim> claimsAt(Lease.Term term) {
        return isClaimed() ? claims.stream().map(claim -> claim.bounded(term.until())).toList()
                : List.of(new Claim(Claim.PLAIN, until(term)));
    }

    /** When its plain lease ends, likewise; long past where it has none. */
    Instant plainAt(Lease.Term term) {
        return claimsAt(term).stream().filter(Claim::isPlain).map(Claim::until).findFirst().orElse(Instant.EPOCH);
    }

    /**
     * Whether a row of the same bytes, whose lease ends then, is to get this one's. A user's store begins a lease, and what is
     * deleted elsewhere is told from what was stored since by when its lease began: so it is written more often than a retrieval's.
     */
    boolean isLater(Instant expiresAt, Lease.Term term) {
        return expiresAt.isBefore(isByUser() ? term.until().minus(AT_ONCE) : until(term));
    }

    boolean isByUser() {
        return expiresAt.isEmpty();
    }

    /** When its lease ends if it is put at {@code term}'s beginning: no peer's lease outlasts one that begins now. */
    Instant until(Lease.Term term) {
        return expiresAt.filter(own -> own.isBefore(term.until())).orElse(term.until());
    }

    /** A lease that ends then began before every deletion that stands against this put; empty where none does. */
    Optional<Instant> measured(Lease.Term term) {
        return undoes ? Optional.empty() : Optional.of(isByUser() ? term.now() : until(term));
    }

    boolean isAlive(Lease.Term term) {
        return until(term).isAfter(term.now());
    }

    boolean isOfSameBytes(Put other) {
        return chunk.digest().equals(other.chunk().digest());
    }

    /**
     * Those alive at {@code term}'s beginning, each chunk once, ascending. Where several bring one, a user's counts, then
     * the later lease, and always the greater copies; where they bring other bytes under its id, the first.
     */
    static SortedMap<ChunkId, Put> distinct(List<Put> puts, Lease.Term term) {
        SortedMap<ChunkId, Put> distinct = new TreeMap<>();
        puts.stream().filter(put -> put.isAlive(term)).forEach(put -> distinct.merge(put.chunk().id(), put,
                (one, other) -> one.and(other, term)));
        return distinct;
    }

    private Put and(Put other, Lease.Term term) {
        if (!isOfSameBytes(other)) {
            return this;
        }
        Optional<Instant> later = isByUser() || other.isByUser() ? Optional.empty()
                : Stream.of(this, other).map(put -> put.expiresAt().get()).max(Instant::compareTo);
        List<NodeId> all = Stream.concat(owed.stream(), other.owed().stream()).distinct().toList();
        return new Put(chunk, Math.max(copies, other.copies()), later, all, undoes || other.undoes(), claimsOfBoth(other, term));
    }

    private List<Claim> claimsOfBoth(Put other, Lease.Term term) {
        if (!isClaimed() && !other.isClaimed()) {
            return List.of();
        }
        Map<UUID, Claim> later = new LinkedHashMap<>();
        Stream.of(this, other).flatMap(put -> put.claimsAt(term).stream()).forEach(claim -> later.merge(claim.holder(), claim,
                (one, two) -> one.until().isAfter(two.until()) ? one : two));
        return List.copyOf(later.values());
    }
}
