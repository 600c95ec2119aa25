package apidrive.chunk;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Stores, retrieves and renews chunks for users, and keeps and gives copies for peers. Threads share it. */
public final class ChunkService implements AutoCloseable {
    private static final int COMPANY = 8;  // chunks in a transaction

    /** What bounds a service; see the settings of the same names. */
    public record Bounds(int writers, int queue, Duration patience, int readers, int others, int readQueue,
            long cacheBytes) {
    }

    private final ChunkStore store;
    private final Inventory inventory;
    private final InstantSource clock;
    private final Lease lease;
    private final Bounds bounds;
    private final GroupCommit<Put, PutResult> commits;
    private final GroupRead<ChunkId, GetResult> reads;
    private final Turnstile others;
    private final ChunkCache cache;
    private final Renewals renewals;
    private final Timer storing;
    private final Timer retrieving;
    private final Counter damaged;

    /** Starts the writers; whoever makes it runs {@link #renewals()} as a job and closes it before the store's database. */
    public ChunkService(ChunkStore store, Inventory inventory, InstantSource clock, Lease lease, Bounds bounds,
            MeterRegistry metrics) {
        this.store = store;
        this.inventory = inventory;
        this.clock = clock;
        this.lease = lease;
        this.bounds = bounds;
        this.commits = new GroupCommit<>("store", puts -> store.put(puts, lease.from(clock.instant())),
                new GroupCommit.Sharing(ChunkStore.MAX_PUT, COMPANY, bounds.writers()), bounds.queue(), bounds.patience());
        this.reads = new GroupRead<>(ids -> store.get(ids, clock.instant()), ChunkStore.MAX_GET, bounds.readers(), bounds.readQueue());
        this.others = new Turnstile(bounds.others(), bounds.readQueue());
        this.cache = new ChunkCache(bounds.cacheBytes());
        this.renewals = new Renewals(store, lease, clock);
        this.storing = timer("apidrive.store", "From a chunk's bytes being whole to its flushed commit", metrics);
        this.retrieving = timer("apidrive.retrieve", "From a chunk being asked for to its checked bytes", metrics);
        this.damaged = Counter.builder("apidrive.chunks.damaged")
                .description("Retrievals whose bytes failed their digest").register(metrics);
        measure(metrics);
    }

    /**
     * Keeps the chunk, in a transaction that it shares with others; the future tells when it is durable what became of it, and
     * fails with BUSY or a failure of the database.
     */
    public CompletableFuture<PutResult> keep(Put put) {
        return keep(List.of(put)).get(0);
    }

    /** As the other for chunks that came together. */
    public List<CompletableFuture<PutResult>> keep(List<Put> puts) {
        Timer.Sample began = Timer.start();
        List<CompletableFuture<PutResult>> kept = commits.submit(puts);
        return IntStream.range(0, puts.size()).mapToObj(number ->
                kept.get(number).thenApply(result -> counted(puts.get(number), result, began))).toList();
    }

    private PutResult counted(Put put, PutResult result, Timer.Sample began) {
        if (result.refusal().isEmpty()) {
            if (put.expiresAt().isEmpty()) {  // a user's store, whoever took it
                began.stop(storing);
            }
            cache.merge(new Held(put.chunk().id(), put.copies(), result.expiresAt()), clock.instant());
        }
        return result;
    }

    /**
     * The chunk, its bytes matching its id, for a user: this renews its lease. Throws CHUNK_NOT_FOUND when it is unknown
     * or its lease has run out, CHUNK_DAMAGED, BUSY.
     */
    public StoredChunk retrieve(ChunkId id) {
        return find(id).orElseThrow(() -> Refusals.of(CHUNK_NOT_FOUND, id));
    }

    /** As {@link #retrieve}; empty when it is unknown or its lease has run out. */
    public Optional<StoredChunk> find(ChunkId id) {
        return Optional.ofNullable(read(List.of(id)).get(id)).map(result -> result.orThrow(id));
    }

    /** As {@link #retrieve} for at most {@link ChunkStore#MAX_GET} chunks together; there is a result for each. Throws BUSY. */
    public Map<ChunkId, GetResult> retrieve(Collection<ChunkId> ids) {
        Map<ChunkId, GetResult> results = read(ids);
        ids.forEach(id -> results.putIfAbsent(id, GetResult.refused(CHUNK_NOT_FOUND)));
        return results;
    }

    /**
     * As {@link #retrieve(Collection)}, for peers: renews nothing, and leaves the cache to what users ask for. Unknown ones
     * are left out.
     */
    public Map<ChunkId, GetResult> copies(Collection<ChunkId> ids) {
        Map<ChunkId, GetResult> results = cached(ids, clock.instant());
        List<ChunkId> missing = missing(ids, results);
        if (!missing.isEmpty()) {
            Map<ChunkId, GetResult> read = reads.get(missing);
            missing.stream().filter(read::containsKey).forEach(id -> results.put(id, counted(read.get(id))));
        }
        return results;
    }

    /** What is known of the chunk, empty as {@link #find} is; renews nothing. Throws CHUNK_DAMAGED, BUSY. */
    public Optional<ChunkInfo> info(ChunkId id) {
        return others.pass(() -> store.info(id, clock.instant()));
    }

    /** Renews at once and durably; the expiry of each that is kept, the others are left out. */
    public Map<ChunkId, Instant> renew(List<ChunkId> ids) {
        return others.pass(() -> renewals.now(ids));
    }

    /** Retrievals renewed the leases of these when little was left of them: other nodes are to be told. */
    public void renewedLate(Collection<ChunkId> ids) {
        renewals.addLate(ids);
    }

    /** At most so many of those, and of what was retrieved here; it is up to the caller to tell others. */
    public List<ChunkId> takeRenewedLate(int most) {
        return renewals.takeLate(most);
    }

    /**
     * Leases that peers keep longer, and copies that they want more of, hold here as well, for a lifetime from now at most;
     * as {@link Inventory#merge}.
     */
    public void merge(Collection<Held> leases) {
        Instant now = clock.instant();
        Instant latest = lease.from(now).until();
        List<Held> bounded = leases.stream().map(held -> held.expiresAt().isAfter(latest)
                ? new Held(held.id(), held.copies(), latest) : held).toList();
        others.pass(() -> {
            inventory.merge(bounded, now);
            return null;
        });
        bounded.forEach(held -> cache.merge(held, now));
    }

    /** As {@link Inventory#release}. */
    public int release(Collection<Held> copies) {
        int released = others.pass(() -> inventory.release(copies));
        copies.forEach(copy -> forget(copy.id()));
        return released;
    }

    /** Claims those of the chunks that are kept, for a lifetime from now; returns them. */
    public Set<ChunkId> claim(Collection<ChunkId> ids, UUID holder) {
        Instant now = clock.instant();
        Claim claim = new Claim(holder, lease.from(now).until());
        return others.pass(() -> {
            inventory.claim(ids.stream().distinct().collect(Collectors.toMap(id -> id, id -> List.of(claim))), now);
            return inventory.held(ids, now).stream().map(Held::id).collect(Collectors.toSet());
        });
    }

    /** Those who claim the chunk here, {@link Claim#MOST_TOLD} at most. */
    public List<UUID> claimants(ChunkId id) {
        return others.pass(() -> inventory.claims(List.of(id), Claim.MOST_TOLD, clock.instant()).getOrDefault(id, List.of()).stream()
                .filter(claim -> !claim.isPlain()).map(Claim::holder).toList());
    }

    /** These have gone in another way: what is remembered of them goes as well. */
    public void forget(Collection<ChunkId> gone) {
        gone.forEach(this::forget);
    }

    /** As {@link Inventory#bury}; of other WARs on the same database {@link #delete} tells. */
    public Set<ChunkId> bury(Collection<Tombstone> tombstones) {
        Set<ChunkId> kept = others.pass(() -> inventory.bury(tombstones));
        tombstones.forEach(tombstone -> forget(tombstone.id()));
        return kept;
    }

    /** As {@link #delete}, but throws CHUNK_CLAIMED where somebody claims the chunk here. */
    public boolean deleteUnclaimed(ChunkId id, long number) {
        Instant now = clock.instant();
        Set<ChunkId> kept = others.pass(() -> inventory.buryUnclaimed(Tombstone.of(id, now, number, lease), now));
        forget(id);
        return !kept.isEmpty();
    }

    /**
     * Deletes the chunk for good, also where peers keep it: its tombstone lasts two lifetimes, beyond which no lease of
     * any copy can reach. False when there is none here, which buries it all the same. Another WAR on the same database may serve it from its cache for
     * {@link ChunkCache#LONGEST} at most. {@code number} is that of the deletion, by which peers know it again.
     */
    public boolean delete(ChunkId id, long number) {
        return !bury(List.of(Tombstone.of(id, clock.instant(), number, lease))).isEmpty();
    }

    public Slots slots() {
        return store.slots();
    }

    public Duration lifetime() {
        return lease.lifetime();
    }

    /** What the clock shows that leases go by. */
    public Instant now() {
        return clock.instant();
    }

    /** Chunks and retrievals that wait for the database. */
    public int waiting() {
        return commits.waiting() + readsWaiting();
    }

    /** How full the fuller of the two queues is, 0 to 1. */
    public double pressure() {
        return Math.min(1, Math.max((double) commits.waiting() / commits.capacity(),
                (double) readsWaiting() / bounds.readQueue()));
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

    /** What the cache and the store have of the chunks, their leases renewed; unknown ones are left out. */
    private Map<ChunkId, GetResult> read(Collection<ChunkId> ids) {
        Timer.Sample began = Timer.start();
        Instant now = clock.instant();
        Map<ChunkId, GetResult> results = cached(ids, now);
        List<ChunkId> missing = missing(ids, results);
        if (!missing.isEmpty()) {
            Map<ChunkId, GetResult> read = reads.get(missing);
            missing.stream().filter(read::containsKey).forEach(id -> results.put(id, arrived(read.get(id))));
        }
        Lease.Term term = lease.from(now);
        results.replaceAll((id, result) -> result.refusal().isPresent() ? result : renewed(result, term));
        results.values().stream().filter(result -> result.refusal().isEmpty()).forEach(found -> began.stop(retrieving));
        return results;
    }

    private Map<ChunkId, GetResult> cached(Collection<ChunkId> ids, Instant now) {
        Map<ChunkId, GetResult> results = new HashMap<>();
        ids.forEach(id -> cache.get(id, now).ifPresent(hit -> results.put(id, GetResult.found(hit))));
        return results;
    }

    private static List<ChunkId> missing(Collection<ChunkId> ids, Map<ChunkId, GetResult> results) {
        return ids.stream().filter(id -> !results.containsKey(id)).distinct().toList();
    }

    private void forget(ChunkId id) {
        cache.remove(id);
        renewals.forget(id);
    }

    private int readsWaiting() {
        return reads.waiting() + others.waiting();
    }

    private GetResult arrived(GetResult read) {
        if (counted(read).refusal().isEmpty()) {
            cache.put(read.stored());
        }
        return read;
    }

    private GetResult counted(GetResult read) {
        if (read.refusal().isPresent()) {
            damaged.increment();
        }
        return read;
    }

    private GetResult renewed(GetResult found, Lease.Term term) {
        Chunk chunk = found.stored().chunk();
        Instant slidesTo = found.stored().slidesTo();
        if (!slidesTo.isBefore(term.renewBelow()) || !slidesTo.isAfter(term.now())
                || !renewals.add(chunk.id(), lease.isLate(Duration.between(term.now(), found.stored().expiresAt())))) {
            return found;
        }
        StoredChunk renewed = found.stored().renewed(term.until());
        cache.put(renewed);
        return GetResult.found(renewed);
    }

    private static Timer timer(String name, String meaning, MeterRegistry metrics) {
        return Timer.builder(name).description(meaning).publishPercentiles(0.5, 0.95, 0.99).register(metrics);
    }

    private void measure(MeterRegistry metrics) {
        Gauge.builder("apidrive.store.queue", commits, GroupCommit::waiting)
                .description("Chunks that wait to be stored").register(metrics);
        Gauge.builder("apidrive.retrieve.queue", this, ChunkService::readsWaiting)
                .description("Retrievals that wait for the database").register(metrics);
        Gauge.builder("apidrive.renewal.queue", renewals, Renewals::waiting)
                .description("Renewed leases that wait to be written").register(metrics);
        FunctionCounter.builder("apidrive.cache.hits", cache, hot -> hot.stats().hitCount())
                .description("Retrievals answered from the cache").register(metrics);
        FunctionCounter.builder("apidrive.cache.misses", cache, hot -> hot.stats().missCount())
                .description("Retrievals that the cache could not answer").register(metrics);
    }
}
