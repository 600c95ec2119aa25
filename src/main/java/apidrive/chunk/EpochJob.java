package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;

import apidrive.job.Job;

/** Makes partitions ahead of their need and empties those that are due. */
public final class EpochJob implements Job {
    private static final int LOOKS_AN_EPOCH = 8;  // so that a slot is freed at most an eighth of an epoch late
    private static final Duration OFTENEST = Duration.ofSeconds(1);
    private static final Duration SELDOMEST = Duration.ofMinutes(10);

    private final ChunkStore store;
    private final Duration interval;

    /** Sweeps {@code store}, whose leases are {@code lease}. */
    public EpochJob(ChunkStore store, Lease lease) {
        this.store = store;
        Duration part = lease.lifetime().dividedBy(30L * LOOKS_AN_EPOCH);
        this.interval = part.compareTo(OFTENEST) < 0 ? OFTENEST : part.compareTo(SELDOMEST) > 0 ? SELDOMEST : part;
    }

    @Override
    public String name() {
        return "epoch";
    }

    @Override
    public String duty() {
        return "Makes partitions ahead, frees the slots of expired chunks and drops partitions that are due";
    }

    @Override
    public Duration step(Instant now) {
        return store.sweep(now) ? Duration.ZERO : interval;
    }
}
