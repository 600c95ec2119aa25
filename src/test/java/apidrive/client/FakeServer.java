package apidrive.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.DriveRequest;
import apidrive.wire.Format;

/** A server that speaks the contract over real HTTP, and misbehaves as a test tells it to. */
final class FakeServer implements AutoCloseable {
    /** Answers a request in the server's place; returns false to leave it to the server. */
    interface Mischief {
        boolean on(String route, HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** What it keeps; a test may change it. */
    final Map<ChunkId, byte[]> chunks = new ConcurrentHashMap<>();
    /** Chunks of which it says that a server is away that may keep them, and after how many seconds to ask again. */
    final Map<ChunkId, Integer> away = new ConcurrentHashMap<>();
    /** The ids asked for by retrieve, in order. */
    final Queue<ChunkId> retrieved = new ConcurrentLinkedQueue<>();
    /** The ids of what was stored, in order. */
    final Queue<ChunkId> stored = new ConcurrentLinkedQueue<>();
    /** Every route asked for, such as "POST store". */
    final Queue<String> requests = new ConcurrentLinkedQueue<>();
    /** The other end of every connection that brought a request. */
    final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();

    /** It warns of every lawful answer to HEAD; held so that the level stays. */
    private static final Logger TALKER = Logger.getLogger("com.sun.net.httpserver");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String context;
    private volatile Mischief mischief = (route, exchange) -> false;
    private volatile boolean hasRandomIds;
    private volatile boolean isOriginal;
    private volatile boolean hasBatches;
    private volatile FakeNetwork network;

    private FakeServer(String context) {
        this.context = context;
        TALKER.setLevel(Level.SEVERE);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static FakeServer start() {
        return new FakeServer("");
    }

    static FakeServer startAt(String context) {
        return new FakeServer(context);
    }

    FakeServer with(Mischief own) {
        mischief = own;
        return this;
    }

    /** As the original does, each stored chunk gets a new random id. */
    FakeServer withRandomIds() {
        hasRandomIds = true;
        return this;
    }

    /** Only the original's two routes are there; everything else is 404. */
    FakeServer asOriginal() {
        isOriginal = true;
        return this;
    }

    /** The routes for many contracts are there too. */
    FakeServer withBatches() {
        hasBatches = true;
        return this;
    }

    /** It is part of a network, and has the routes for many contracts. */
    FakeServer in(FakeNetwork own) {
        network = own;
        return withBatches();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + context;
    }

    URI retrieveUrl() {
        return URI.create(url() + "/api/drive/retrieve");
    }

    ChunkId keep(byte[] data) {
        Chunk chunk = Chunk.of(data);
        chunks.put(chunk.id(), data);
        return chunk.id();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", Format.BSON_TYPE);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static void answer(HttpExchange exchange, Document document) throws IOException {
        answer(exchange, 200, Format.BSON.write(document));
    }

    static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        answer(exchange, status, Format.BSON.write(new Document().with("status", status).with("detail", why)));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String prefix = context + "/api/drive/";
            String route = exchange.getRequestMethod() + " " + (path.startsWith(prefix) ? path.substring(prefix.length()) : path);
            requests.add(route);
            connections.add(exchange.getRemoteAddress());
            if (!mischief.on(route, exchange)) {
                route(route, body, exchange);
            }
        } catch (InterruptedException e) {
            exchange.close();
        } catch (IOException e) {
            exchange.close();
            throw e;
        }
    }

    private void route(String route, byte[] body, HttpExchange exchange) throws IOException {
        if (network != null && route.equals("GET network")) {
            answer(exchange, network.facts());
        } else if (network != null && route.equals("GET servers")) {
            answer(exchange, 200, Format.BSON.write(network.list()));
        } else if (route.equals("POST store")) {
            Document stored = store(Format.BSON.readRequest(body));
            if (network != null) {
                exchange.getResponseHeaders().set("Chunk-Holders", String.join(", ", network.holders(stored.id("Id").orElseThrow())));
            }
            answer(exchange, stored);
        } else if (hasBatches && route.equals("POST batch/store")) {
            answer(exchange, 200, Format.BSON.write(Format.BSON.readDocuments(body).stream()
                    .map(contract -> store(Format.BSON.readRequest(Format.BSON.write(contract))))
                    .map(stored -> network == null ? stored
                            : stored.with("Holders", network.holders(stored.id("Id").orElseThrow()))).toList()));
        } else if (hasBatches && route.equals("POST batch/retrieve")) {
            answer(exchange, 200, Format.BSON.write(Format.BSON.readDocuments(body).stream()
                    .map(contract -> retrieve(contract.id("Id").orElseThrow())).toList()));
        } else if (route.equals("POST retrieve")) {
            ChunkId id = Format.BSON.readRequest(body).requireId();
            retrieved.add(id);
            if (away.containsKey(id)) {
                exchange.getResponseHeaders().set("Retry-After", away.get(id).toString());
                answer(exchange, 503, Format.BSON.write(away(id)));
            } else if (find(id) != null) {
                answer(exchange, new Document().with("Id", null).with("Data", find(id)));
            } else {
                refuse(exchange, isOriginal ? 500 : 404, "No such chunk");
            }
        } else if (isOriginal) {
            refuse(exchange, 404, "No HTTP resource was found");
        } else if (route.startsWith("HEAD chunk/")) {
            ChunkId id = ChunkId.parse(route.substring("HEAD chunk/".length())).orElseThrow();
            byte[] data = "here=true".equals(exchange.getRequestURI().getQuery()) ? chunks.get(id) : find(id);
            if (data != null) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(data.length));
                exchange.getResponseHeaders().set("ETag", "\"" + Chunk.of(data).digest() + "\"");
            }
            exchange.sendResponseHeaders(data == null ? 404 : 200, -1);
            exchange.close();
        } else if (route.equals("POST batch/renew")) {
            answer(exchange, 200, renew(body));
        } else {
            refuse(exchange, 404, "no route " + route.toLowerCase(Locale.ROOT));
        }
    }

    private Document store(DriveRequest request) {
        byte[] data = request.requireData();
        ChunkId id = hasRandomIds ? new ChunkId(UUID.randomUUID()) : Chunk.of(data).id();
        if (network == null) {
            chunks.put(id, data);
        } else {
            network.spread(id, data, request);
        }
        stored.add(Chunk.of(data).id());
        return new Document().with("Id", id).with("Data", null);
    }

    /** The bytes; in a network also what another server has. */
    private byte[] find(ChunkId id) {
        return chunks.containsKey(id) || network == null ? chunks.get(id) : network.find(id);
    }

    /** One result of many. */
    private Document retrieve(ChunkId id) {
        retrieved.add(id);
        if (away.containsKey(id)) {
            return away(id).with("RetryAfter", away.get(id));
        }
        return find(id) != null ? new Document().with("Id", id).with("Data", find(id))
                : new Document().with("Id", id).with("status", 404).with("title", "No such chunk");
    }

    private static Document away(ChunkId id) {
        return new Document().with("Id", id).with("type", Problem.CHUNK_AWAY.type()).with("status", 503)
                .with("detail", "one that may keep it is away");
    }

    private byte[] renew(byte[] body) {
        List<Document> results = new ArrayList<>();
        for (Document contract : Format.BSON.readDocuments(body)) {
            ChunkId id = contract.id("Id").orElseThrow();
            results.add(find(id) != null
                    ? new Document().with("Id", id).with("ExpiresAt", Instant.parse("2027-01-01T00:00:00Z"))
                    : new Document().with("Id", id).with("status", 404).with("title", "No such chunk"));
        }
        return Format.BSON.write(results);
    }
}
