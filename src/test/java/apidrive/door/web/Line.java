package apidrive.door.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A line to a real node, byte for byte, as slow as a test wants it, which breaks when it says so. */
final class Line implements AutoCloseable {
    private static final int PIECE = 16 * 1024;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private final ServerSocket listening;
    private final URI node;
    private volatile long bytesPerSecond = Long.MAX_VALUE;
    private volatile int lag;

    Line(URI node) {
        this.node = node;
        try {
            listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::listen);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort() + path);
    }

    /** What goes to the node from now on goes no faster. */
    void slow(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** From now on the node learns so many milliseconds later that the browser is gone. */
    void lag(int milliseconds) {
        lag = milliseconds;
    }

    /** Breaks all connections; new ones are let through. */
    void cut() {
        open.forEach(Line::end);
    }

    /** Bytes that went to the node so far. */
    long sent() {
        return sent.get();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
        threads.shutdownNow();
    }

    private void listen() {
        while (!listening.isClosed()) {
            try {
                Socket here = listening.accept();
                open.add(here);
                threads.execute(() -> connect(here));
            } catch (IOException e) {
                cut();
            }
        }
    }

    private void connect(Socket here) {
        try {
            Socket there = new Socket(node.getHost(), node.getPort());
            open.add(there);
            threads.execute(() -> pass(there, here, false));
            pass(here, there, true);
        } catch (IOException e) {
            end(here);  // the node is away
        }
    }

    private void pass(Socket from, Socket to, boolean isToNode) {
        try {
            carry(from.getInputStream(), to.getOutputStream(), isToNode);
        } catch (IOException e) {
            // one end is gone, as it goes on a line: so is the other, below
        } finally {
            PageScene.delay(isToNode ? lag : 0);
            cut(from, to);
            open.remove(from);
            open.remove(to);
        }
    }

    private void carry(InputStream in, OutputStream out, boolean isToNode) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            out.write(piece, 0, read);
            if (isToNode) {
                sent.addAndGet(read);
                PageScene.delay((int) (read * 1_000L / bytesPerSecond));
            }
        }
    }

    private static void cut(Socket... sockets) {
        for (Socket socket : sockets) {
            end(socket);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
