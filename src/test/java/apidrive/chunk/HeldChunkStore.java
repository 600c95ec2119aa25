package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import apidrive.wire.ChunkId;

/** Another store whose writes a test counts, and lets through one by one while it is held. */
final class HeldChunkStore implements ChunkStore {
    private static final int ALL = 1_000_000;
    private static final long PATIENCE_SECONDS = 20;

    private final ChunkStore store;
    private final List<Integer> puts = new CopyOnWriteArrayList<>();
    private final List<Integer> renewals = new CopyOnWriteArrayList<>();
    private final List<Integer> gets = new CopyOnWriteArrayList<>();
    private final Semaphore leaveReading = new Semaphore(ALL);
    private final Semaphore arrivedToRead = new Semaphore(0);
    private final Semaphore leave = new Semaphore(ALL);
    private final Semaphore arrived = new Semaphore(0);
    private volatile boolean renewalsAreBroken;
    private volatile boolean readsAreBroken;

    HeldChunkStore(ChunkStore store) {
        this.store = store;
    }

    /** From now on a put waits for {@link #letThrough}. */
    void hold() {
        leave.drainPermits();
        arrived.drainPermits();
    }

    void letThrough(int count) {
        leave.release(count);
    }

    void letAllThrough() {
        leave.release(ALL);
    }

    /** Returns when one more put has come. */
    void awaitPut() {
        acquire(arrived);
    }

    /** From now on a get waits for {@link #letReadThrough}. */
    void holdReads() {
        leaveReading.drainPermits();
    }

    void letReadThrough(int count) {
        leaveReading.release(count);
    }

    /** Returns when one more get has come. */
    void awaitRead() {
        acquire(arrivedToRead);
    }

    /** Whether a get throws. */
    void breakReads(boolean broken) {
        readsAreBroken = broken;
    }

    /** How many ids each get brought, in order. */
    List<Integer> gets() {
        return gets;
    }

    /** Whether a renewal throws. */
    void breakRenewals(boolean broken) {
        renewalsAreBroken = broken;
    }

    /** How many chunks each put brought, in order. */
    List<Integer> puts() {
        return puts;
    }

    /** How many ids each renewal brought, in order. */
    List<Integer> renewals() {
        return renewals;
    }

    @Override
    public List<PutResult> put(List<Put> chunks, Lease.Term term) {
        puts.add(chunks.size());
        arrived.release();
        acquire(leave);
        return store.put(chunks, term);
    }

    @Override
    public Map<ChunkId, GetResult> get(Collection<ChunkId> ids, Instant now) {
        gets.add(ids.size());
        arrivedToRead.release();
        acquire(leaveReading);
        if (readsAreBroken) {
            throw new IllegalStateException("reads are broken");
        }
        return store.get(ids, now);
    }

    @Override
    public Optional<ChunkInfo> info(ChunkId id, Instant now) {
        return store.info(id, now);
    }

    @Override
    public Map<ChunkId, Instant> renew(Collection<ChunkId> ids, Lease.Term term, boolean wereRead) {
        if (renewalsAreBroken) {
            throw new IllegalStateException("renewals are broken");
        }
        renewals.add(ids.size());
        return store.renew(ids, term, wereRead);
    }

    @Override
    public Slots slots() {
        return store.slots();
    }

    @Override
    public boolean sweep(Instant now) {
        return store.sweep(now);
    }

    @Override
    public long due(Instant now) {
        return store.due(now);
    }

    private static void acquire(Semaphore semaphore) {
        try {
            if (!semaphore.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
