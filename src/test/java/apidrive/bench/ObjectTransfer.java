package apidrive.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;

/** An object put into a node, or got from it, as one stream of bytes that are made on the way and counted when they come back. */
final class ObjectTransfer implements Contender {
    private static final String PATH = "/api/drive/object";
    static final int CHUNKS_A_MIB = 16;
    private static final int BLOCKS_AT_ONCE = 16;  // that differ, so that a chunk is not made while it is sent
    private static final int CREATED = 201;

    private final int mebibytes;
    private final NodeHost node;
    private final Lazy<String> kept;

    private ObjectTransfer(int mebibytes, NodeHost node, Lazy<String> kept) {
        this.mebibytes = mebibytes;
        this.node = node;
        this.kept = kept;
    }

    /** A new object each time; the node forgets its chunks. */
    static ObjectTransfer put(int mebibytes, NodeHost node) {
        return new ObjectTransfer(mebibytes, node, null);
    }

    /** The same object each time, whose path is {@code kept}. */
    static ObjectTransfer get(int mebibytes, NodeHost node, Lazy<String> kept) {
        return new ObjectTransfer(mebibytes, node, kept);
    }

    @Override
    public String name() {
        return "object: " + (kept == null ? "PUT" : "GET") + " of " + mebibytes + " MiB, one stream";
    }

    @Override
    public int clients() {
        return 1;
    }

    @Override
    public void prepare() throws Exception {
        node.server().get();
        if (kept != null) {
            kept.get();
        }
    }

    @Override
    public List<Server> servers() throws Exception {
        return List.of(node.server().get());
    }

    @Override
    public boolean isOnce() {
        return true;
    }

    @Override
    public Worker worker(int number) {
        return () -> {
            if (kept == null) {
                store(node.port(), mebibytes);
            } else {
                fetch(node.port(), kept.get(), mebibytes);
            }
            return mebibytes * CHUNKS_A_MIB;
        };
    }

    @Override
    public void cleanUp() throws Exception {
        node.forget().run();
    }

    /** The path of a new object. */
    static String store(int port, int mebibytes) throws IOException {
        HttpURLConnection connection = open(port, PATH);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(bytes(mebibytes));
        Block[] blocks = new Block[BLOCKS_AT_ONCE];
        try (OutputStream out = connection.getOutputStream()) {
            for (int i = 0; i < mebibytes * CHUNKS_A_MIB; i++) {
                int slot = i % BLOCKS_AT_ONCE;
                blocks[slot] = blocks[slot] == null ? new Block() : blocks[slot];
                out.write(blocks[slot].next());
            }
        }
        if (connection.getResponseCode() != CREATED) {
            throw new IOException("the object was answered " + connection.getResponseCode());
        }
        return connection.getHeaderField("Location");
    }

    /** Reads all of it. */
    static void fetch(int port, String path, int mebibytes) throws IOException {
        long came = 0;
        byte[] buffer = new byte[Block.BYTES];
        try (InputStream in = open(port, path).getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                came += read;
            }
        }
        if (came != bytes(mebibytes)) {
            throw new IOException("of the object came " + came + " bytes");
        }
    }

    private static HttpURLConnection open(int port, String path) throws IOException {
        return (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    }

    private static long bytes(int mebibytes) {
        return ((long) mebibytes) << 20;
    }
}
