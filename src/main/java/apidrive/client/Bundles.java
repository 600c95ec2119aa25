package apidrive.client;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** The routes of a run's servers to which contracts go, each a {@link Bundle}; shared by all chunks. */
final class Bundles {
    private static final int MOST_STORE_ANSWER = 64 * 1_024;
    private static final int LIKELY_STORE_ANSWER = 256;
    private static final int LIKELY_CHUNK_ANSWER = Format.BSON.write(new Document()
            .with("Id", new ChunkId(new UUID(0, 0))).with("Data", new byte[Chunk.MAX_BYTES])).length;
    private static final int MOST_CHUNKS = 128;  // under way on few connections: 8 MiB

    private final Http http;
    private final int connections;
    private final int servers;
    private final Map<URI, Bundle> routes = new ConcurrentHashMap<>();
    private final Semaphore permits;
    private int chunks;
    private boolean isEnding;

    /** For so many servers, with at most so many exchanges at once; a chunk may need {@code copies} of them. */
    Bundles(Http http, int connections, int servers, int copies) {
        this.http = http;
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
        return route(server.store(), Optional.of(server.storeMany()), MOST_STORE_ANSWER, LIKELY_STORE_ANSWER).post(contract);
    }

    /** Sends a retrieve contract to a URL that a manifest names. */
    CompletableFuture<Answer> retrieve(URI url, byte[] contract) {
        return route(url, ServerUrl.ofRetrieve(url).map(ServerUrl::retrieveMany), Http.MOST_CHUNK_ANSWER,
                LIKELY_CHUNK_ANSWER).post(contract);
    }

    private Bundle route(URI single, Optional<URI> many, int mostAnswer, int likelyAnswer) {
        return routes.computeIfAbsent(single, url ->
                new Bundle(http, url, many, mostAnswer, likelyAnswer, Math.max(1, connections / servers), this::grow));
    }

    private synchronized void grow() {
        if (!isEnding && servers <= connections && chunks < MOST_CHUNKS) {
            int more = Math.min(chunks, MOST_CHUNKS - chunks);
            chunks += more;
            permits.release(more);
        }
    }
}
