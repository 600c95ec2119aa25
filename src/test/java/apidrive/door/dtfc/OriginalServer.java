package apidrive.door.dtfc;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** A server of the original, which gives its files as the contract tells, or misbehaves as it is told. */
final class OriginalServer implements AutoCloseable {
    private static final byte[] NOT_FOUND = "404 Not Found.\n".getBytes();

    /** How it gives what it has. */
    enum Manner {
        HONEST, OTHER_BYTES, WITHOUT_END, LENGTH_WITHOUT_END, SLOW, SILENT, BREAKS_OFF, GOES_ON_ELSEWHERE, REDIRECTS, BROKEN
    }

    /** A file, and what it is called. */
    private record File(byte[] data, String name) {
    }

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Map<String, File> files = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Manner manner = Manner.HONEST;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile String elsewhere;

    OriginalServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Keeps a file; its hash. */
    String keep(byte[] data, String name) {
        String hash = Sha512.of(data);
        files.put(hash, new File(data, name));
        return hash;
    }

    /** From now on. */
    void behave(Manner other) {
        manner = other;
    }

    /** Sends whoever asks to this URL, and the path. */
    void redirect(String base) {
        elsewhere = base;
        manner = Manner.REDIRECTS;
    }

    /** Answers nobody until the latch is open. */
    void waitFor(CountDownLatch latch) {
        gate = latch;
    }

    /** What was asked: verb, path, and the fields User-Agent and Range where there are any. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** As in a list of peers, with the slash that paths are put behind. */
    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("User-Agent")
                + (range == null ? "" : " " + range));
        try (exchange) {
            await();
            String[] segments = exchange.getRequestURI().getPath().split("/");
            File file = segments.length < 3 ? null : files.get(segments[segments.length - 2]);
            if (file == null) {
                exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
                exchange.sendResponseHeaders(404, NOT_FOUND.length);
                exchange.getResponseBody().write(NOT_FOUND);
            } else {
                give(exchange, file, range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", "")));
            }
        }
    }

    private void give(HttpExchange exchange, File file, int from) throws IOException {
        byte[] data = file.data();
        exchange.getResponseHeaders().set("Content-Disposition", "attachment; filename=\"" + file.name() + "\"");
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        OutputStream out = exchange.getResponseBody();
        switch (manner) {
            case OTHER_BYTES -> {
                exchange.sendResponseHeaders(200, data.length);
                byte[] other = data.clone();
                other[data.length / 2] ^= 1;
                out.write(other);
            }
            case WITHOUT_END -> {
                exchange.sendResponseHeaders(200, 0);
                while (!Thread.currentThread().isInterrupted()) {
                    out.write(new byte[65_536]);
                }
            }
            case LENGTH_WITHOUT_END -> {
                exchange.sendResponseHeaders(200, Long.MAX_VALUE);
                while (!Thread.currentThread().isInterrupted()) {
                    out.write(new byte[65_536]);
                }
            }
            case SLOW -> {
                exchange.sendResponseHeaders(200, data.length);
                for (byte one : data) {
                    out.write(one);
                    out.flush();
                    pause();
                }
            }
            case SILENT -> {
                exchange.sendResponseHeaders(200, data.length);
                out.write(data, 0, 1);
                out.flush();
                quiet();
            }
            case BREAKS_OFF -> ranged(exchange, data, from, Math.min(data.length, from + data.length / 3 + 1));
            case GOES_ON_ELSEWHERE -> {
                if (from == 0) {
                    ranged(exchange, data, 0, data.length / 2);
                } else {
                    exchange.getResponseHeaders().set("Content-Range", "bytes 0-" + (data.length - 1) + "/" + data.length);
                    exchange.sendResponseHeaders(206, data.length);
                    out.write(data);
                }
            }
            case REDIRECTS -> {
                exchange.getResponseHeaders().set("Location", elsewhere + exchange.getRequestURI());
                exchange.sendResponseHeaders(301, -1);
            }
            case BROKEN -> exchange.sendResponseHeaders(500, -1);
            default -> ranged(exchange, data, from, data.length);
        }
    }

    /** Promises all that is left, and gives what is before {@code to}. */
    private static void ranged(HttpExchange exchange, byte[] data, int from, int to) throws IOException {
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (data.length - 1) + "/" + data.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, data.length - from == 0 ? -1 : data.length - from);
        exchange.getResponseBody().write(data, from, to - from);
    }

    private void await() {
        try {
            gate.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void quiet() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
