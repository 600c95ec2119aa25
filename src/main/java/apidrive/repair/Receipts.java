package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import apidrive.job.Job;

/** Gathers copies that were made at once, and strikes them off the heal queue together. What a crash loses, healing finds done. */
final class Receipts implements Job {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int BATCH = 2_000;  // small rows a transaction

    private final HealQueue queue;
    private final ConcurrentLinkedQueue<HealQueue.Need> made = new ConcurrentLinkedQueue<>();

    Receipts(HealQueue queue) {
        this.queue = queue;
    }

    void add(HealQueue.Need need) {
        made.add(need);
    }

    @Override
    public String name() {
        return "receipts";
    }

    @Override
    public String duty() {
        return "Strikes copies that other servers confirmed off the heal queue";
    }

    @Override
    public Duration step(Instant now) {
        List<HealQueue.Need> batch = new ArrayList<>();
        for (HealQueue.Need need = made.poll(); need != null; need = batch.size() < BATCH ? made.poll() : null) {
            batch.add(need);
        }
        if (!batch.isEmpty()) {
            try {
                queue.done(batch);
            } catch (RuntimeException e) {
                made.addAll(batch);
                throw e;
            }
        }
        return batch.size() >= BATCH ? Duration.ZERO : INTERVAL;
    }
}
