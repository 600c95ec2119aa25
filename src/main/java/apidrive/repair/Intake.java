package apidrive.repair;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import apidrive.chunk.Claim;
import apidrive.chunk.Lease;
import apidrive.chunk.Put;
import apidrive.chunk.PutResult;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** Takes in what is sent to this node, by others or by itself. */
final class Intake {
    private static final int MOST = 4_096;  // tombstones of ids that begin alike: in truth one

    private final OwnChunks own;
    private final Lease lease;

    Intake(OwnChunks own, Lease lease) {
        this.own = own;
        this.lease = lease;
    }

    /** As {@link OwnChunks#keep} for one. */
    CompletableFuture<PutResult> keep(Replica replica, Instant now) {
        return keep(List.of(replica), now).get(0);
    }

    /** As {@link OwnChunks#keep}. */
    List<CompletableFuture<PutResult>> keep(List<Replica> replicas, Instant now) {
        return own.keep(replicas.stream().map(replica -> claimed(replica, now)).toList());
    }

    private Put claimed(Replica replica, Instant now) {
        Instant until = now.plus(lease.bounded(replica.left()));
        Put put = put(replica, until, now);
        boolean isFresh = put.expiresAt().isEmpty();  // and so are the leases of whoever claims it
        return replica.holds().isEmpty() ? put : put.heldBy(replica.holds().stream()
                .map(hold -> isFresh ? new Claim(hold.holder(), Instant.MAX) : hold.heard(now, lease)).toList());
    }

    private Put put(Replica replica, Instant until, Instant now) {
        return switch (replica.origin()) {
            case KEPT -> Put.ofPeer(replica.chunk(), replica.copies(), until);
            case FRESH -> Put.ofFresh(replica.chunk(), replica.copies(), replica.owed());
            case INSISTED -> isDeletedAhead(replica.chunk().id(), now) ? Put.ofUser(replica.chunk(), replica.copies(), replica.owed())
                    : Put.ofPeer(replica.chunk(), replica.copies(), until, replica.owed());
        };
    }

    /** Whether a deletion is yet to come by the clock, which was set back: nobody knows when it was, so the user has his way. */
    private boolean isDeletedAhead(ChunkId id, Instant now) {
        return own.inventory().tombstones(List.of(IdPrefix.of(id, IdPrefix.MAX_BITS)), ChunkId.LOWEST, MOST, now).stream()
                .anyMatch(tombstone -> tombstone.id().equals(id) && tombstone.deletedAt(lease).isAfter(now));
    }
}
