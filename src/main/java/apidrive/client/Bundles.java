package apidrive.client;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The routes of a run's servers to which contracts go, each a {@link Bundle}; shared by all chunks. */
final class Bundles {
    private static final int MOST_STORE_ANSWER = 64 * 1_024;
    /** Answers come together, at the end of an exchange: by then another is to be on its way. */
    private static final double STORING = 0.5;
    /** Answers come one by one, and after each the next question: exchanges that are full cost both sides less. */
    private static final double RETRIEVING = 1;
    /** Under way on few connections: 12 MiB fill an exchange with each of five servers; what is far more grows cold in buffers. */
    private static final int MOST_CHUNKS = 192;

    private final Http reading;
    private final Http writing;
    private final int connections;
    private final int servers;
    private final Map<URI, Bundle> routes = new ConcurrentHashMap<>();
    private final Semaphore permits;
    private int chunks;
    private boolean isEnding;

    /** For so many servers, with at most so many exchanges at once; a chunk may need {@code copies} of them. */
    Bundles(Http http, int connections, int servers, int copies) {
        this(http, http, connections, servers, copies);
    }

    /** As the other; what is stored goes by {@code writing}, which servers that only give chunks do not see. */
    Bundles(Http reading, Http writing, int connections, int servers, int copies) {
        this.reading = reading;
        this.writing = writing;
        this.connections = connections;
        this.servers = Math.max(1, servers);
        this.chunks = Math.max(connections, copies);
        this.permits = new Semaphore(chunks);
    }

    /**
     * Waits until so many chunks more may be under way: at first one for each connection, more where servers take many
     * together and are quick.
     */
    void begin(int more) throws InterruptedException {
        permits.acquire(more);
    }

    /** So many are no longer under way. */
    void end(int fewer) {
        permits.release(fewer);
    }

    /** Waits until none is under way, after the last has begun. */
    void awaitAll() throws InterruptedException {
        int all;
        synchronized (this) {
            isEnding = true;
            all = chunks;
        }
        permits.acquire(all);
    }

    /** Sends a store contract to the store route of a server. */
    CompletableFuture<Answer> store(ServerUrl server, byte[] contract) {
        return route(writing, server.store(), Optional.of(server.storeMany()), MOST_STORE_ANSWER, STORING).post(contract);
    }

    /** Sends a retrieve contract to a URL that a manifest names. */
    CompletableFuture<Answer> retrieve(URI url, byte[] contract) {
        return route(reading, url, ServerUrl.ofRetrieve(url).map(ServerUrl::retrieveMany), Http.MOST_CHUNK_ANSWER, RETRIEVING)
                .post(contract);
    }

    private Bundle route(Http http, URI single, Optional<URI> many, int mostAnswer, double share) {
        return routes.computeIfAbsent(single, url ->
                new Bundle(http, url, many, mostAnswer, Math.max(1, connections / servers), share, this::grow));
    }

    private synchronized void grow() {
        if (!isEnding && servers <= connections && chunks < MOST_CHUNKS) {
            int more = Math.min(chunks, MOST_CHUNKS - chunks);
            chunks += more;
            permits.release(more);
        }
    }
}
