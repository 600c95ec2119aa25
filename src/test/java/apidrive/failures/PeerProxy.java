package apidrive.failures;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import apidrive.failures.Ways.Way;

/**
 * Stands before one node: its address is the one that the node announces, so that whatever other nodes say to it passes here
 * and can go wrong. Who calls is told by the first request of a connection; the ways may change while connections are open.
 */
final class PeerProxy implements AutoCloseable {
    private static final Pattern CALLER = Pattern.compile("(?i)\r\nApidrive-Node: *([^\r]*)\r\n");
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] CHUNKED = "\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MOST_HEAD_BYTES = 16_384;
    private static final int BUFFER = 65_536;
    private static final int TURNED_EVERY = 500;  // bytes, on average, so that an answer of a few hundred may come through
    private static final Duration LONGER = Duration.ofMillis(250);  // each way
    private static final Duration BETWEEN_CHUNKS = Duration.ofMillis(5);  // of a body without end: 13 MB/s

    private final int node;
    private final int port;
    private final Ways ways;
    private final ToIntFunction<String> numberOf;
    private final ServerSocket door;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "peer-proxy");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Takes calls to {@code node}, which listens on {@code port} of loopback. {@code numberOf} turns a caller's id into its
     * number.
     */
    PeerProxy(int node, int port, Ways ways, ToIntFunction<String> numberOf) throws IOException {
        this.node = node;
        this.port = port;
        this.ways = ways;
        this.numberOf = numberOf;
        this.door = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        ways.onChange(() -> connections.forEach(Connection::changed));
        threads.execute(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        door.close();
        connections.forEach(Connection::close);
        threads.shutdownNow();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Connection connection = new Connection(door.accept());
                connections.add(connection);
                threads.execute(connection::run);
            } catch (IOException e) {
                Thread.onSpinWait();  // the door is closed, or whoever knocked has gone
            }
        }
    }

    /** One connection of a caller, and the one to the node behind it. */
    private final class Connection {
        private final Socket caller;
        private final Random random = new Random();
        private volatile Socket callee;
        private volatile String id = "";
        private volatile boolean spoilt;

        private Connection(Socket caller) {
            this.caller = caller;
        }

        private void run() {
            try {
                caller.setTcpNoDelay(true);
                byte[] first = head(caller.getInputStream());
                Matcher told = CALLER.matcher(new String(first, StandardCharsets.ISO_8859_1));
                id = told.find() ? told.group(1).strip() : "";
                if (way() == Way.CLOSED) {
                    close();
                    return;
                }
                callee = new Socket(InetAddress.getLoopbackAddress(), port);
                callee.setTcpNoDelay(true);
                threads.execute(() -> pump(this::answer));
                OutputStream out = callee.getOutputStream();
                request(first, first.length, out);
                pump(() -> {
                    InputStream in = caller.getInputStream();
                    byte[] buffer = new byte[BUFFER];
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        request(buffer, read, out);
                    }
                });
            } catch (IOException | InterruptedException e) {
                close();  // the node is down, or the caller has gone
            }
        }

        private Way way() {
            return ways.between(numberOf.applyAsInt(id), node);  // a fresh node's number is known only after its first calls
        }

        /** What went wrong on it cannot be made good on it: callers are to begin anew. */
        private void changed() {
            if (spoilt || way() == Way.CLOSED) {
                close();
            }
        }

        private void request(byte[] bytes, int length, OutputStream out) throws IOException, InterruptedException {
            switch (way()) {
                case CUT -> spoilt = true;
                case SLOW -> {
                    Thread.sleep(LONGER.toMillis());
                    out.write(bytes, 0, length);
                }
                default -> out.write(bytes, 0, length);
            }
        }

        private void answer() throws IOException, InterruptedException {
            InputStream in = callee.getInputStream();
            OutputStream out = caller.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                switch (way()) {
                    case CUT, UNANSWERED -> spoilt = true;
                    case GARBLED -> {
                        spoilt = true;
                        garble(buffer, read);
                        out.write(buffer, 0, read);
                    }
                    case ENDLESS -> {
                        spoilt = true;
                        goOnWithoutEnd(Arrays.copyOf(buffer, read), out);
                    }
                    case SLOW -> {
                        Thread.sleep(LONGER.toMillis());
                        out.write(buffer, 0, read);
                    }
                    default -> out.write(buffer, 0, read);
                }
            }
        }

        /** Leaves the head of the first answer in these bytes as it is, so that what follows is taken for its body. */
        private void garble(byte[] bytes, int length) {
            int body = Math.max(0, bodyOf(bytes, length));
            for (int at = body + random.nextInt(TURNED_EVERY); at < length; at += 1 + random.nextInt(2 * TURNED_EVERY)) {
                bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
        }

        private void goOnWithoutEnd(byte[] begun, OutputStream out) throws IOException, InterruptedException {
            int body = bodyOf(begun, begun.length);
            if (body >= 0) {
                String head = new String(begun, 0, body - HEAD_END.length, StandardCharsets.ISO_8859_1)
                        .replaceAll("(?i)\r\n(Content-Length|Transfer-Encoding):[^\r]*", "");
                out.write(head.getBytes(StandardCharsets.ISO_8859_1));
                out.write(CHUNKED);
            }
            byte[] garbage = new byte[BUFFER];
            random.nextBytes(garbage);
            while (way() == Way.ENDLESS) {
                out.write((Integer.toHexString(BUFFER) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                out.write(garbage);
                out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                Thread.sleep(BETWEEN_CHUNKS.toMillis());
            }
            close();
        }

        private void pump(Flow flow) {
            try {
                flow.run();
            } catch (IOException | InterruptedException e) {
                Thread.onSpinWait();  // one of the two has gone: so does the other
            }
            if (way() == Way.CUT) {
                spoilt = true;  // where nothing arrives, an end does not either
            } else {
                close();
            }
        }

        private void close() {
            connections.remove(this);
            try {
                caller.close();
                if (callee != null) {
                    callee.close();
                }
            } catch (IOException e) {
                Thread.onSpinWait();  // closed is closed
            }
        }
    }

    private interface Flow {
        void run() throws IOException, InterruptedException;
    }

    /** A request's first bytes, to the end of its head or beyond. */
    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[MOST_HEAD_BYTES];
        while (bytes.size() < MOST_HEAD_BYTES) {
            int read = in.read(buffer);
            if (read < 0) {
                throw new IOException("no whole request");
            }
            bytes.write(buffer, 0, read);
            if (bodyOf(bytes.toByteArray(), bytes.size()) >= 0) {
                break;
            }
        }
        return bytes.toByteArray();
    }

    /** Where the body begins; -1 where the head has no end. */
    private static int bodyOf(byte[] bytes, int length) {
        for (int at = 0; at <= length - HEAD_END.length; at++) {
            if (Arrays.equals(bytes, at, at + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
                return at + HEAD_END.length;
            }
        }
        return -1;
    }
}
