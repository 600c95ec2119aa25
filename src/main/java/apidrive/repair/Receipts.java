package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.job.Job;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/**
 * Gathers copies that were made at once, and has them struck off together where they were noted as owed: here, or at the node
 * that keeps the chunk. What a crash or a failed call loses, healing finds done.
 */
final class Receipts implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int BATCH = 2_000;  // small rows a transaction

    private final NodeId self;
    private final HealQueue queue;
    private final Peers peers;
    private final Map<NodeId, Queue<Made>> made = new ConcurrentHashMap<>();

    Receipts(NodeId self, HealQueue queue, Peers peers) {
        this.self = self;
        this.queue = queue;
        this.peers = peers;
    }

    /** {@code noter} has noted the copy as owed. */
    void add(NodeId noter, Made copy) {
        made.computeIfAbsent(noter, node -> new ConcurrentLinkedQueue<>()).add(copy);
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
        boolean isMore = false;
        for (Map.Entry<NodeId, Queue<Made>> entry : made.entrySet()) {
            List<Made> batch = batch(entry.getValue());
            isMore |= batch.size() == BATCH;
            if (!batch.isEmpty()) {
                strike(entry.getKey(), batch);
            }
        }
        return isMore ? Duration.ZERO : INTERVAL;
    }

    private static List<Made> batch(Queue<Made> made) {
        List<Made> batch = new ArrayList<>();
        for (Made copy = made.poll(); copy != null; copy = batch.size() < BATCH ? made.poll() : null) {
            batch.add(copy);
        }
        return batch;
    }

    private void strike(NodeId noter, List<Made> batch) {
        if (noter.equals(self)) {
            queue.done(batch.stream().map(copy -> new HealQueue.Need(copy.id(), copy.node(), Set.of())).toList());
            return;
        }
        try {
            peers.shelf(noter).made(batch);
        } catch (ProblemException e) {
            LOG.debug("receipts lost server={}: {}", noter, e.detail());
        }
    }
}
