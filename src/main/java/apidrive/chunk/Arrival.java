package apidrive.chunk;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** A put as it is written: {@code until} is when its lease ends, {@code epoch} where its bytes go, if they are new. */
record Arrival(Put put, Instant until, int epoch) {
    /** The same without the claims of those who have ended; empty where that leaves nobody who wants it. */
    Optional<Arrival> without(Set<UUID> ended, Lease.Term term) {
        return put.isClaimed() ? put.without(ended).map(left -> new Arrival(left, left.until(term), epoch)) : Optional.of(this);
    }

    Chunk chunk() {
        return put.chunk();
    }

    ChunkId id() {
        return put.chunk().id();
    }

    /** Whether a row of the same bytes, as it is known, has yet to get something of this. */
    boolean adds(int copies, Instant expiresAt, Lease.Term term) {
        return put.copies() > copies || put.isLater(expiresAt, term);
    }

    /** What is merged into a row of the same bytes that is kept until {@code expiresAt}. */
    Held lease(Instant expiresAt, Lease.Term term) {
        return new Held(id(), put.copies(), put.isLater(expiresAt, term) ? until : expiresAt);
    }
}
