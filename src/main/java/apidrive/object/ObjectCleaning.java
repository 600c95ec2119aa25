package apidrive.object;

import java.time.Duration;
import java.time.Instant;

import apidrive.job.Job;

/** Removes uploads that were given up or died, with what only they held, and what is known of objects that nobody retrieves. */
public final class ObjectCleaning implements Job {
    private static final int BATCH = 200;  // rows a transaction
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Uploads uploads;
    private final ObjectTable objects;
    private final UnnamedLeases leases;

    public ObjectCleaning(Uploads uploads, ObjectTable objects, UnnamedLeases leases) {
        this.uploads = uploads;
        this.objects = objects;
        this.leases = leases;
    }

    @Override
    public String name() {
        return "objects";
    }

    @Override
    public String duty() {
        return "Removes uploads that were given up, and forgets objects whose leases have ended";
    }

    @Override
    public Duration step(Instant now) {
        boolean isMore = uploads.deleteExpired(now, BATCH) == BATCH | objects.deleteExpired(now, BATCH) == BATCH
                | leases.endDue(now, BATCH) == BATCH;
        return isMore ? Duration.ZERO : INTERVAL;
    }
}
