package apidrive.chunk;

import java.time.Instant;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** A put as it is written: {@code until} is when its lease ends, {@code epoch} where its bytes go, if they are new. */
record Arrival(Put put, Instant until, int epoch) {
    Chunk chunk() {
        return put.chunk();
    }

    ChunkId id() {
        return put.chunk().id();
    }

    /** Whether a row of the same bytes, as it is known, has yet to get something of this. */
    boolean adds(int copies, Instant expiresAt, Lease.Term term) {
        return put.copies() > copies || expiresAt.isBefore(put.isByUser() ? term.renewBelow() : until);
    }

    /** What is merged into a row of the same bytes that is kept until {@code expiresAt}: a user's lease moves by steps. */
    Held lease(Instant expiresAt, Lease.Term term) {
        boolean moves = !put.isByUser() || expiresAt.isBefore(term.renewBelow());
        return new Held(id(), put.copies(), moves ? until : expiresAt);
    }
}
