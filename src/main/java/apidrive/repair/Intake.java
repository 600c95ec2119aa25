package apidrive.repair;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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

    /** As {@link OwnChunks#keep}. */
    CompletableFuture<PutResult> keep(Replica replica, Instant now) {
        Instant until = now.plus(lease.bounded(replica.left()));
        return own.keep(switch (replica.origin()) {
            case KEPT -> Put.ofPeer(replica.chunk(), replica.copies(), until);
            case FRESH -> Put.ofFresh(replica.chunk(), replica.copies(), replica.owed());
            case INSISTED -> isDeletedAhead(replica.chunk().id(), now) ? Put.ofUser(replica.chunk(), replica.copies(), replica.owed())
                    : Put.ofPeer(replica.chunk(), replica.copies(), until, replica.owed());
        });
    }

    /** Whether a deletion is yet to come by the clock, which was set back: nobody knows when it was, so the user has his way. */
    private boolean isDeletedAhead(ChunkId id, Instant now) {
        return own.inventory().tombstones(List.of(IdPrefix.of(id, IdPrefix.MAX_BITS)), ChunkId.LOWEST, MOST, now).stream()
                .anyMatch(tombstone -> tombstone.id().equals(id) && tombstone.deletedAt(lease).isAfter(now));
    }
}
