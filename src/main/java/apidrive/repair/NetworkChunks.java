package apidrive.repair;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.CHUNK_CLAIMED;
import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.ChunkService;
import apidrive.chunk.GetResult;
import apidrive.chunk.Refusals;
import apidrive.chunk.StoredChunk;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/**
 * The whole network's chunks, as users see them through this node: stores go where they belong, and what is not kept here is
 * fetched from where it is. Threads share it.
 */
public final class NetworkChunks {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkChunks.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int WANTED = 16_384;  // chunks fetched lately: about 2 MiB of heap
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final ChunkService own;
    private final Network network;
    private final Spreading spreading;
    private final Fetching fetching;
    private final CachedReplicas cached;
    private final HealQueue queue;
    private final InstantSource clock;
    private final Wish usual;
    private final Cache<ChunkId, Boolean> wanted = Caffeine.newBuilder().maximumSize(WANTED).executor(Runnable::run).build();
    private final OtherHolders others;

    /** {@code usual} is what a store achieves that wishes for nothing else. */
    public NetworkChunks(ChunkService own, Network network, Peers peers, Spreading spreading, Fetching fetching,
            CachedReplicas cached, HealQueue queue, InstantSource clock, Wish usual) {
        this.own = own;
        this.network = network;
        this.others = new OtherHolders(network, peers, clock, usual.copies());
        this.spreading = spreading;
        this.fetching = fetching;
        this.cached = cached;
        this.queue = queue;
        this.clock = clock;
        this.usual = usual;
    }

    /** What a store is to achieve that asks for these; null for what is usual here. */
    public Wish wish(Integer copies, Integer ack) {
        return copies == null && ack == null ? usual
                : new Wish(copies == null ? usual.copies() : copies, ack == null ? usual.ack() : ack);
    }

    /** The addresses of the servers that keep a stored chunk, the first first. */
    public List<URI> urls(Stored stored) {
        return stored.holders().stream().map(network::url).flatMap(Optional::stream).toList();
    }

    /** Stores the chunk and returns when the promised copies are durable. Throws as {@link Spreading#store} fails. */
    public Stored store(Chunk chunk, Wish wish) {
        try {
            return submit(chunk, wish).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw BUSY.because("the chunk was not committed in time; whether it was stored is not known", RETRY, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BUSY.because("the node is stopping", RETRY, e);
        }
    }

    /** As {@link #store} without waiting. Throws BUSY at once. */
    public CompletableFuture<Stored> submit(Chunk chunk, Wish wish) {
        return spreading.store(chunk, wish);
    }

    /** As the other, the chunk claimed by {@code holder} where there is one: it is kept until that one ends. */
    public CompletableFuture<Stored> submit(Chunk chunk, Wish wish, Optional<UUID> holder) {
        return spreading.store(chunk, wish, holder);
    }

    /** Claims chunks that are kept, here and on their other holders; those that nobody was found to keep. */
    public Set<ChunkId> claim(Collection<ChunkId> ids, UUID holder) {
        Set<ChunkId> missing = new HashSet<>(ids);
        missing.removeAll(own.claim(ids, holder));
        missing.removeAll(others.claim(ids, new Hold(holder, own.lifetime())));
        return missing;
    }

    /** Whether somebody else than these claims the chunk, as far as this node and those of its other holders that answer know. */
    public boolean isClaimedBeside(ChunkId id, Collection<UUID> holders) {
        return Stream.concat(own.claimants(id).stream(), others.claimants(id).stream()).anyMatch(one -> !holders.contains(one));
    }

    /**
     * The chunk, its bytes matching its id; its lease is renewed where it is kept. Throws CHUNK_NOT_FOUND when no server keeps
     * it, CHUNK_DAMAGED when none keeps it sound, CHUNK_AWAY when one that may keep it cannot be asked, BUSY.
     */
    public StoredChunk retrieve(ChunkId id) {
        return find(id).orElseThrow(() -> Refusals.of(CHUNK_NOT_FOUND, id));
    }

    /** As {@link #retrieve}; empty when no server keeps it. */
    public Optional<StoredChunk> find(ChunkId id) {
        GetResult result = retrieve(List.of(id)).get(id);
        return result.refusal().filter(problem -> problem == CHUNK_NOT_FOUND).isPresent() ? Optional.empty()
                : Optional.of(result.orThrow(id));
    }

    /** As {@link #retrieve} for at most {@link apidrive.chunk.ChunkStore#MAX_GET} chunks; there is a result for each. */
    public Map<ChunkId, GetResult> retrieve(Collection<ChunkId> ids) {
        Map<ChunkId, GetResult> results = own.retrieve(ids);
        if (isAlone() || results.values().stream().allMatch(result -> result.refusal().isEmpty())) {
            return results;
        }
        Instant now = clock.instant();
        Map<ChunkId, GetResult> all = new HashMap<>(results);
        Set<ChunkId> lacking = new HashSet<>();
        results.forEach((id, result) -> {
            if (result.refusal().isPresent()) {
                lacking.add(id);
            }
        });
        cached.get(lacking, now).forEach((id, stored) -> {
            all.put(id, GetResult.found(stored));
            lacking.remove(id);
        });
        fetching.fetch(lacking).forEach((id, fetch) -> all.put(id, fetched(id, all.get(id), fetch)));
        return all;
    }

    /** As the other for whoever checks them: renews nothing, and caches nothing. */
    public Map<ChunkId, GetResult> look(Collection<ChunkId> ids) {
        Map<ChunkId, GetResult> results = new HashMap<>(own.copies(ids));
        ids.forEach(id -> results.putIfAbsent(id, GetResult.refused(CHUNK_NOT_FOUND)));
        if (!isAlone()) {
            results.replaceAll((id, here) -> here.refusal().isEmpty() ? here : looked(id, here));
        }
        return results;
    }

    /** What is known of the chunk; renews nothing. Empty when no server keeps it; throws as {@link #retrieve}. */
    public Optional<ChunkInfo> info(ChunkId id) {
        Optional<ChunkInfo> here = Optional.empty();
        ProblemException damaged = null;
        try {
            here = own.info(id);
        } catch (ProblemException e) {
            damaged = e;
        }
        if (here.isPresent() || isAlone()) {
            if (damaged != null) {
                throw damaged;
            }
            return here;
        }
        return Futures.join(fetching.look(id)).map(replica -> new ChunkInfo(id, replica.chunk().digest(), replica.chunk().size(),
                clock.instant().plus(replica.left())));
    }

    /** What this node itself keeps of the chunk, so that copies can be counted; renews nothing. Throws CHUNK_DAMAGED. */
    public Optional<ChunkInfo> infoHere(ChunkId id) {
        return own.info(id);
    }

    /** Renews leases here and on the other holders; when the lease of each that is kept somewhere ends, the others left out. */
    public Map<ChunkId, Instant> renew(List<ChunkId> ids) {
        Map<ChunkId, Instant> renewed = new HashMap<>(own.renew(ids));
        others.renew(ids, own.lifetime()).forEach((id, until) -> renewed.merge(id, until,
                (one, other) -> one.isAfter(other) ? one : other));
        return renewed;
    }

    /**
     * Deletes the chunk here and, in a closed network, on its other holders; whether any of them kept it. Throws CHUNK_CLAIMED where
     * somebody claims it, as far as this node and those of its other holders that answer know.
     */
    public boolean delete(ChunkId id) {
        if (!others.claimants(id).isEmpty()) {
            throw CHUNK_CLAIMED.because("an object needs chunk " + id);
        }
        long number = deletion();
        boolean wasKept = own.deleteUnclaimed(id, number);
        return others.bury(id, number) || wasKept;
    }

    /** As {@link #delete}, whoever claims it: objects that need the chunk lose it. */
    public boolean deleteClaimed(ChunkId id) {
        long number = deletion();
        boolean wasKept = own.delete(id, number);
        return others.bury(id, number) || wasKept;
    }

    private static long deletion() {
        return UUID.randomUUID().getLeastSignificantBits();  // never 0: some of its bits are fixed
    }

    /** How long a chunk is kept after it was last retrieved. */
    public Duration lifetime() {
        return own.lifetime();
    }

    /** Whether there is no other node, not even one that is away. */
    private boolean isAlone() {
        return network.size() == 1 && network.reachable().isEmpty();
    }

    private GetResult looked(ChunkId id, GetResult here) {
        try {
            return Futures.join(fetching.look(id)).map(found -> GetResult.found(new StoredChunk(found.chunk(), found.copies(),
                    clock.instant().plus(found.left())))).orElse(here);
        } catch (ProblemException e) {
            return GetResult.refused(e);
        }
    }

    private GetResult fetched(ChunkId id, GetResult here, CompletableFuture<Optional<Replica>> fetch) {
        Optional<Replica> found;
        try {
            found = Futures.join(fetch);
        } catch (ProblemException e) {
            return GetResult.refused(e);
        }
        boolean isDamagedHere = here.refusal().filter(problem -> problem == CHUNK_DAMAGED).isPresent();
        if (isDamagedHere) {
            queue.add(List.of(new HealQueue.Need(id, network.self(), Set.of())), clock.instant());
        }
        if (found.isEmpty()) {
            return here;
        }
        StoredChunk stored = new StoredChunk(found.get().chunk(), found.get().copies(), clock.instant().plus(found.get().left()));
        if (!isDamagedHere) {
            keepIfWantedAgain(stored);
        }
        return GetResult.found(stored);
    }

    /** What is fetched once is not worth a row; what is fetched again soon is. */
    private void keepIfWantedAgain(StoredChunk stored) {
        if (wanted.asMap().putIfAbsent(stored.chunk().id(), Boolean.TRUE) != null) {
            cached.offer(stored);
        }
    }
}
