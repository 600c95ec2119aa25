package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

import apidrive.chunk.Lease;
import apidrive.job.Job;

/** What keeps the network's copies in order, as this node does its part: its jobs, and what can be asked of them. */
public final class Repair {
    private static final Duration GOOD_FOR = Duration.ofSeconds(2);

    private final HealQueue queue;
    private final Budget budget;
    private final Sync sync;
    private final Heal heal;
    private final Handover handover;
    private final Scrub scrub;
    private HealQueue.Backlog backlog;
    private Instant counted;

    /**
     * {@code bytesPerSecond} is the most that healing and scrub move together while users do not wait;
     * {@code latencyMillis} tells how long they do, NaN while there are none.
     */
    public Repair(Network network, Peers peers, OwnChunks own, HealQueue queue, Lease lease, Scrub.Reader reader,
            Scrub.Bookmark bookmark, double bytesPerSecond, DoubleSupplier latencyMillis) {
        this.queue = queue;
        this.budget = new Budget(bytesPerSecond, latencyMillis);
        this.sync = new Sync(network, peers, own, queue, lease, new Random());
        this.heal = new Heal(network, peers, own, queue, lease, budget);
        this.handover = new Handover(network, peers, own, queue, lease);
        this.scrub = new Scrub(network, own, reader, queue, budget, bookmark);
    }

    /** The jobs that are to run while the node does. */
    public List<Job> jobs() {
        return List.of(sync, heal, handover, scrub);
    }

    /** How much there is to heal, as of a few seconds ago: to count it reads the whole queue. */
    public synchronized HealQueue.Backlog backlog(Instant now) {
        if (backlog == null || now.isBefore(counted) || !now.isBefore(counted.plus(GOOD_FOR))) {
            backlog = queue.backlog(now);
            counted = now;
        }
        return backlog;
    }

    public Budget budget() {
        return budget;
    }

    public Sync sync() {
        return sync;
    }

    public Heal heal() {
        return heal;
    }

    public Handover handover() {
        return handover;
    }

    public Scrub scrub() {
        return scrub;
    }
}
