package apidrive.chunk;

import java.time.Duration;
import java.time.Instant;

import apidrive.job.Job;

/** Deletes the bytes of chunks that were deleted, when their slots are long free. */
public final class LeftoverJob implements Job {
    private static final int BATCH = 250;  // chunks a transaction: 16 MiB of dead rows at most
    private static final Duration PAUSE = Duration.ofMillis(20);  // between batches, for users
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Leftovers leftovers;

    public LeftoverJob(Leftovers leftovers) {
        this.leftovers = leftovers;
    }

    @Override
    public String name() {
        return "leftover";
    }

    @Override
    public String duty() {
        return "Deletes the bytes of chunks that were deleted";
    }

    @Override
    public Duration step(Instant now) {
        return leftovers.delete(BATCH) == BATCH ? PAUSE : IDLE;
    }
}
