package apidrive.door.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Stands before a real node, passes everything on, and misbehaves as a test tells it to. */
final class Proxy implements AutoCloseable {
    /** Answers in the node's place, or breaks off; returns false to pass the request on. */
    interface Mischief {
        boolean on(HttpExchange exchange, byte[] body) throws IOException;
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final URI node;
    private volatile Mischief mischief = (exchange, body) -> false;

    Proxy(URI node) {
        this.node = node;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    void misbehave(Mischief own) {
        mischief = own;
    }

    static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (mischief.on(exchange, body)) {
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(node.resolve(exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            for (String name : new String[] {"Accept", "Content-Type", "If-None-Match", "Range", "Tus-Resumable", "Upload-Length",
                "Upload-Metadata", "Upload-Offset"}) {
                if (exchange.getRequestHeaders().getFirst(name) != null) {
                    request.header(name, exchange.getRequestHeaders().getFirst(name));
                }
            }
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            response.headers().map().forEach((name, values) -> {
                boolean isLengthOfNothing = exchange.getRequestMethod().equals("HEAD") && name.equalsIgnoreCase("content-length");
                if (isLengthOfNothing || !name.matches("(?i)content-length|transfer-encoding|connection|date")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            answer(exchange, response.statusCode(), response.body());
        } catch (InterruptedException e) {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
