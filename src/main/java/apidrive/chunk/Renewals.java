package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import apidrive.job.Job;
import apidrive.wire.ChunkId;

/**
 * Gathers the leases that retrievals renew and writes many in one transaction, so that a retrieval waits for none. What
 * a crash loses, a second's worth, the next retrieval renews.
 */
final class Renewals implements Job {
    static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int BATCH = 1_000;  // small rows a transaction
    private static final int MOST = 65_536;  // ids held: about 6 MiB of heap

    private final ChunkStore store;
    private final Lease lease;
    private final InstantSource clock;
    private final Map<ChunkId, Boolean> pending = new ConcurrentHashMap<>();
    private final Set<ChunkId> late = ConcurrentHashMap.newKeySet();

    Renewals(ChunkStore store, Lease lease, InstantSource clock) {
        this.store = store;
        this.lease = lease;
        this.clock = clock;
    }

    /**
     * The lease of a chunk that was retrieved now is to be renewed, and others are to be told of it if that is late; false when
     * too many wait already, as while the database is away: then the next retrieval has to ask again.
     */
    boolean add(ChunkId id, boolean isLate) {
        if (pending.size() >= MOST && !pending.containsKey(id)) {
            return false;
        }
        pending.merge(id, isLate, Boolean::logicalOr);
        return true;
    }

    /** The leases of these are written, and others are to be told of them; whom there is no room for, sync tells. */
    void addLate(Collection<ChunkId> ids) {
        if (late.size() < MOST) {
            late.addAll(ids);
        }
    }

    /** At most so many of those of which others are to be told; they are no longer. */
    List<ChunkId> takeLate(int most) {
        List<ChunkId> some = late.stream().limit(most).toList();
        some.forEach(late::remove);
        return some;
    }

    /** The chunk is gone: nothing is to be renewed. */
    void forget(ChunkId id) {
        pending.remove(id);
        late.remove(id);
    }

    /** Leases that wait to be written. */
    int waiting() {
        return pending.size();
    }

    @Override
    public String name() {
        return "renewal";
    }

    @Override
    public String duty() {
        return "Writes the leases that retrievals renewed";
    }

    @Override
    public Duration step(Instant now) {
        List<ChunkId> batch = pending.keySet().stream().limit(BATCH).toList();
        if (!batch.isEmpty()) {
            store.renew(batch, lease.from(now), true);
            addLate(batch.stream().filter(id -> Boolean.TRUE.equals(pending.remove(id))).toList());
        }
        return pending.size() >= BATCH ? Duration.ZERO : INTERVAL;
    }

    /** Writes all that wait, before the node stops. */
    void flush() {
        while (!pending.isEmpty()) {
            step(clock.instant());
        }
    }

    /** At once and durably; as {@link ChunkStore#renew}. */
    Map<ChunkId, Instant> now(List<ChunkId> ids) {
        return store.renew(ids, lease.from(clock.instant()), false);
    }
}
