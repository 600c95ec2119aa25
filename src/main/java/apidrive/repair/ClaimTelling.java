package apidrive.repair;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import apidrive.wire.ChunkId;

/** Tells another node who claims chunks that it keeps as well. */
final class ClaimTelling {
    private static final int MOST = 65_536;  // of one chunk; a page is seldom claimed by so many altogether
    private static final int PAGE = 64;  // chunks

    private final OwnChunks own;

    ClaimTelling(OwnChunks own) {
        this.own = own;
    }

    /** Throws ProblemException where the node cannot be told. */
    void tell(Shelf shelf, Collection<ChunkId> ids, Instant now) {
        for (List<ChunkId> page : LocalShelf.parts(ids, PAGE)) {
            List<Claimed> told = new ArrayList<>();
            own.inventory().claims(page, MOST, now).forEach((id, claims) -> claims.stream().filter(claim -> !claim.isPlain())
                    .forEach(claim -> told.add(new Claimed(id, Hold.of(claim, now)))));
            for (List<Claimed> part : LocalShelf.parts(told, Shelf.MAX_IDS)) {
                shelf.claim(part);
            }
        }
    }
}
