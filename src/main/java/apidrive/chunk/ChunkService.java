package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Stores, retrieves and renews chunks for users. Threads share it. */
public final class ChunkService implements AutoCloseable {
    private static final Duration COMMIT_PATIENCE = Duration.ofSeconds(30);  // beyond the wait in the queue
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** What bounds a service; see the settings of the same names. */
    public record Bounds(int writers, int queue, Duration patience, int readers, int readQueue, long cacheBytes) {
    }

    private final ChunkStore store;
    private final InstantSource clock;
    private final Lease lease;
    private final Bounds bounds;
    private final GroupCommit commits;
    private final Turnstile reads;
    private final ChunkCache cache;
    private final Renewals renewals;
    private final Timer storing;
    private final Timer retrieving;
    private final Counter damaged;

    /** Starts the writers; whoever makes it runs {@link #renewals()} as a job and closes it before the store's database. */
    public ChunkService(ChunkStore store, InstantSource clock, Lease lease, Bounds bounds, MeterRegistry metrics) {
        this.store = store;
        this.clock = clock;
        this.lease = lease;
        this.bounds = bounds;
        this.commits = new GroupCommit(store, lease, clock, bounds.writers(), bounds.queue(), bounds.patience());
        this.reads = new Turnstile(bounds.readers(), bounds.readQueue());
        this.cache = new ChunkCache(bounds.cacheBytes());
        this.renewals = new Renewals(store, lease, clock);
        this.storing = timer("apidrive.store", "From a chunk's bytes being whole to its flushed commit", metrics);
        this.retrieving = timer("apidrive.retrieve", "From a chunk being asked for to its checked bytes", metrics);
        this.damaged = Counter.builder("apidrive.chunks.damaged")
                .description("Retrievals whose bytes failed their digest").register(metrics);
        measure(metrics);
    }

    /**
     * Keeps the chunk and returns it with its expiry when it is durable. Throws ID_TAKEN, NO_FREE_SLOT, BUSY, and
     * {@link apidrive.sql.SqlFailure} when the database fails.
     */
    public ChunkInfo store(Chunk chunk) {
        CompletableFuture<ChunkInfo> stored = submit(chunk);
        try {
            return stored.get(bounds.patience().plus(COMMIT_PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw BUSY.because("the database did not commit in time; whether the chunk was stored is not known", RETRY, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BUSY.because("the node is stopping", RETRY, e);
        }
    }

    /** As {@link #store}, without waiting: the future fails with what store would throw. Throws BUSY at once. */
    public CompletableFuture<ChunkInfo> submit(Chunk chunk) {
        Timer.Sample began = Timer.start();
        return commits.submit(chunk).thenApply(result -> {
            result.refusal().ifPresent(problem -> {
                throw refusal(problem, chunk.id());
            });
            began.stop(storing);
            return new ChunkInfo(chunk.id(), chunk.digest(), chunk.size(), result.expiresAt());
        });
    }

    /**
     * The chunk, its bytes matching its id, for a user: this renews its lease. Throws CHUNK_NOT_FOUND when it is unknown
     * or its lease has run out, CHUNK_DAMAGED, BUSY.
     */
    public StoredChunk retrieve(ChunkId id) {
        return find(id).orElseThrow(() -> notFound(id));
    }

    /** As {@link #retrieve}; empty when it is unknown or its lease has run out. */
    public Optional<StoredChunk> find(ChunkId id) {
        Timer.Sample began = Timer.start();
        Instant now = clock.instant();
        Optional<StoredChunk> cached = cache.get(id, now);
        Optional<StoredChunk> found = cached.isPresent() ? cached : reads.pass(() -> read(id, now));
        Lease.Term term = lease.from(now);
        if (found.isPresent() && found.get().expiresAt().isBefore(term.renewBelow()) && renewals.add(id)) {
            found = Optional.of(new StoredChunk(found.get().chunk(), term.until()));
            cache.put(found.get());
        } else if (cached.isEmpty()) {
            found.ifPresent(cache::put);
        }
        found.ifPresent(chunk -> began.stop(retrieving));
        return found;
    }

    /** What is known of the chunk, empty as {@link #find} is; renews nothing. Throws CHUNK_DAMAGED, BUSY. */
    public Optional<ChunkInfo> info(ChunkId id) {
        return reads.pass(() -> store.info(id, clock.instant()));
    }

    /** Renews at once and durably; the expiry of each that is kept, the others are left out. */
    public Map<ChunkId, Instant> renew(List<ChunkId> ids) {
        return reads.pass(() -> renewals.now(ids));
    }

    public Slots slots() {
        return store.slots();
    }

    public Duration lifetime() {
        return lease.lifetime();
    }

    /** Chunks and retrievals that wait for the database. */
    public int waiting() {
        return commits.waiting() + reads.waiting();
    }

    /** How full the fuller of the two queues is, 0 to 1. */
    public double pressure() {
        return Math.min(1, Math.max((double) commits.waiting() / commits.capacity(),
                (double) reads.waiting() / bounds.readQueue()));
    }

    /** The job that writes renewed leases. */
    public apidrive.job.Job renewals() {
        return renewals;
    }

    /** Stores what waits and writes the leases that wait. */
    @Override
    public void close() {
        commits.close();
        renewals.flush();
    }

    private Optional<StoredChunk> read(ChunkId id, Instant now) {
        try {
            return store.get(id, now);
        } catch (ProblemException failure) {
            if (failure.problem() == CHUNK_DAMAGED) {
                damaged.increment();
            }
            throw failure;
        }
    }

    /** What a chunk's refusal by the store means to its sender. */
    private static ProblemException refusal(Problem problem, ChunkId id) {
        return problem.because(switch (problem) {
            case ID_TAKEN -> "other bytes are kept under the id " + id;
            case NO_FREE_SLOT -> "every slot of this node is taken; see /api/drive/servers for others";
            default -> "chunk " + id + " was not stored";
        });
    }

    /** What to throw where a chunk must be there and is not. */
    public static ProblemException notFound(ChunkId id) {
        return CHUNK_NOT_FOUND.because("chunk " + id + " is not kept here");
    }

    private static Timer timer(String name, String meaning, MeterRegistry metrics) {
        return Timer.builder(name).description(meaning).publishPercentiles(0.5, 0.95, 0.99).register(metrics);
    }

    private void measure(MeterRegistry metrics) {
        Gauge.builder("apidrive.store.queue", commits, GroupCommit::waiting)
                .description("Chunks that wait to be stored").register(metrics);
        Gauge.builder("apidrive.retrieve.queue", reads, Turnstile::waiting)
                .description("Retrievals that wait for the database").register(metrics);
        Gauge.builder("apidrive.renewal.queue", renewals, Renewals::waiting)
                .description("Renewed leases that wait to be written").register(metrics);
        FunctionCounter.builder("apidrive.cache.hits", cache, hot -> hot.stats().hitCount())
                .description("Retrievals answered from the cache").register(metrics);
        FunctionCounter.builder("apidrive.cache.misses", cache, hot -> hot.stats().missCount())
                .description("Retrievals that the cache could not answer").register(metrics);
    }
}
