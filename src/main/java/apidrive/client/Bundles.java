package apidrive.client;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The routes of a run's servers to which contracts go, each a {@link Bundle}; shared by all chunks. */
final class Bundles {
    private static final int MOST_STORE_ANSWER = 64 * 1_024;
    private static final int MOST_CHUNKS = 64;  // under way on few connections: 4 MiB

    private final Http http;
    private final int connections;
    private final int servers;
    private final Map<URI, Bundle> routes = new ConcurrentHashMap<>();

    /** For so many servers, with at most so many exchanges at once. */
    Bundles(Http http, int connections, int servers) {
        this.http = http;
        this.connections = connections;
        this.servers = Math.max(1, servers);
    }

    /** How many chunks are worth having under way at once. */
    int chunks() {
        return servers > connections ? connections
                : Math.min(connections * Bundle.MOST_CONTRACTS, Math.max(connections, MOST_CHUNKS));
    }

    /** Sends a store contract to the store route of a server. */
    CompletableFuture<Answer> store(ServerUrl server, byte[] contract) {
        return route(server.store(), Optional.of(server.storeMany()), MOST_STORE_ANSWER).post(contract);
    }

    /** Sends a retrieve contract to a URL that a manifest names. */
    CompletableFuture<Answer> retrieve(URI url, byte[] contract) {
        return route(url, ServerUrl.ofRetrieve(url).map(ServerUrl::retrieveMany), Http.MOST_CHUNK_ANSWER).post(contract);
    }

    private Bundle route(URI single, Optional<URI> many, int mostAnswer) {
        return routes.computeIfAbsent(single, url ->
                new Bundle(http, url, many, mostAnswer, Math.max(1, connections / servers)));
    }
}
