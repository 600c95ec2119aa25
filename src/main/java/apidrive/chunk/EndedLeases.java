package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import apidrive.wire.ChunkId;

/**
 * The holders that have ended, and the end of their claims on what this node keeps. A claim that comes with a put under way, unseen
 * when its holder ends, is found by a second look, or by the last one, when all puts of then are over. Threads share it; each method is
 * one transaction.
 */
public interface EndedLeases {
    /** As long as an ended holder is remembered: twice as long as a claim goes on by default. */
    Duration KEPT = Duration.ofDays(60);

    /** A holder that ended then; {@code number} orders them as this node heard of them. */
    record Ended(long number, UUID holder, Instant at) {
    }

    /** The chunks that went, and whether the holder has more. */
    record Freed(Set<ChunkId> chunks, boolean isMore) {
    }

    /** These end now: none of their claims is taken from now on. {@code areTold}: whoever tells this node tells all. */
    default void note(Collection<UUID> holders, Instant now, boolean areTold) {
        Map<UUID, Instant> endedAt = new HashMap<>();
        holders.forEach(holder -> endedAt.put(holder, now));
        note(endedAt, now, areTold);
    }

    /** As the other; each ended at a time of its own. One that is known keeps the time and the number that it has. */
    void note(Map<UUID, Instant> endedAt, Instant now, boolean areTold);

    /** At most {@code limit} of those that may have claims here, which have waited longest first. */
    List<UUID> due(Instant now, int limit);

    /** At most {@code limit} of those that no other node was told of. */
    List<UUID> untold(int limit);

    /** Other nodes were told of these. */
    void told(Collection<UUID> holders);

    /** At most {@code limit} of those of which this node heard after {@code number}, in that order. */
    List<Ended> after(long number, int limit);

    /** Forgets at most {@code limit} that ended long ago; returns how many. */
    int forget(Instant now, int limit);

    /**
     * Ends the holder's claims on at most {@code limit} chunks and frees those that nobody else holds. Where that were all, the
     * holder is looked at twice more, the last time when all that was under way when this node heard of its end is over.
     */
    Freed free(UUID holder, int limit, Instant now);
}
