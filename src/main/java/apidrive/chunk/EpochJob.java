package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import apidrive.job.Job;
import apidrive.job.Progress;

/** Makes partitions ahead of their need and empties those that are due. */
public final class EpochJob implements Job {
    private static final int LOOKS_AN_EPOCH = 8;  // so that a slot is freed at most an eighth of an epoch late
    private static final Duration OFTENEST = Duration.ofSeconds(1);
    private static final Duration SELDOMEST = Duration.ofMinutes(10);
    private static final Duration COUNT_AGAIN = Duration.ofSeconds(10);  // counting reads an index entry for each due chunk

    private final ChunkStore store;
    private final Duration interval;
    private Instant counted = Instant.MIN;
    private volatile Progress progress;  // null at rest

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
        if (progress == null || !now.isBefore(counted.plus(COUNT_AGAIN))) {
            progress = count(now);
        }
        if (store.sweep(now)) {
            return Duration.ZERO;
        }
        progress = null;
        return interval;
    }

    @Override
    public Optional<Progress> progress() {
        return Optional.ofNullable(progress).filter(reached -> reached.all() > 0);
    }

    private Progress count(Instant now) {
        counted = now;
        long left = store.due(now);
        long all = progress == null ? left : Math.max(left, progress.all());
        return new Progress(all - left, all, "chunks");
    }
}
