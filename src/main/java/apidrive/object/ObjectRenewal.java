package apidrive.object;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.chunk.Lease;
import apidrive.job.Job;
import apidrive.manifest.TreeWalk.Leaf;
import apidrive.problem.ProblemException;
import apidrive.repair.NetworkChunks;
import apidrive.wire.ChunkId;

/**
 * Whoever asks for an object, or a part of it, keeps the whole: renews the leases of all its leaves, once in a step of the lease. What
 * waits is held in memory; forgetting it costs nothing that the next reader does not bring back.
 */
public final class ObjectRenewal implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectRenewal.class);
    private static final int PAGE = 1_000;  // leaves a step
    private static final int MOST = 16_384;  // objects that wait, and that are remembered to be renewed: some MiB of heap
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(50);  // between pages, for users: a TiB takes a quarter of an hour

    private final ObjectReader reader;
    private final ObjectTable table;
    private final NetworkChunks chunks;
    private final Lease lease;
    private final Cache<ChunkId, Boolean> renewed;
    private final Set<ChunkId> waiting = new LinkedHashSet<>();
    private ChunkId current;
    private Iterator<Leaf> leaves;

    public ObjectRenewal(ObjectReader reader, ObjectTable table, NetworkChunks chunks, Lease lease) {
        this.reader = reader;
        this.table = table;
        this.chunks = chunks;
        this.lease = lease;
        this.renewed = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(lease.step()).executor(Runnable::run).build();
    }

    /** Somebody asks for the object. Whether it is, or was lately, taken to be renewed: there may be too many. */
    public boolean read(ChunkId root) {
        if (renewed.getIfPresent(root) != null) {
            return true;
        }
        synchronized (waiting) {
            boolean isTaken = waiting.contains(root) || waiting.size() < MOST;
            if (isTaken && waiting.add(root)) {
                renewed.put(root, Boolean.TRUE);
            }
            return isTaken;
        }
    }

    @Override
    public String name() {
        return "object-renewal";
    }

    @Override
    public String duty() {
        return "Renews the leases of all chunks of objects that somebody asked for";
    }

    @Override
    public Duration step(Instant now) {
        try {
            if (leaves == null && !begin(now)) {
                return INTERVAL;
            }
            List<ChunkId> page = new ArrayList<>();
            while (page.size() < PAGE && leaves.hasNext()) {
                page.add(ChunkId.of(leaves.next().digest()));
            }
            if (!page.isEmpty()) {
                chunks.renew(page);
            }
        } catch (ProblemException e) {
            LOG.info("object not renewed root={}: {}", current, e.detail());
            renewed.invalidate(current);
            leaves = null;
            return INTERVAL;
        }
        if (!leaves.hasNext()) {
            leaves = null;
        }
        return PAUSE;
    }

    /** Takes the next object that waits; false when none does. */
    private boolean begin(Instant now) {
        synchronized (waiting) {
            Iterator<ChunkId> first = waiting.iterator();
            if (!first.hasNext()) {
                return false;
            }
            current = first.next();
            first.remove();
        }
        Lease.Term term = lease.from(now);
        table.renew(current, term.until(), term.renewBelow());
        leaves = reader.open(current).leaves();
        return true;
    }
}
