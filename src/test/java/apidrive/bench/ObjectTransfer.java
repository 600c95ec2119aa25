package apidrive.bench;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;

/** An object put into a node, or got from it, as one stream of bytes that are made on the way and counted when they come back. */
final class ObjectTransfer implements Contender {
    private static final String PATH = "/api/drive/object";
    private static final int CHUNKS_A_MIB = 16;
    private static final int BLOCKS_AT_ONCE = 16;  // that differ, so that a chunk is not made while it is sent
    private static final int CREATED = 201;

    private final boolean put;
    private final int mebibytes;
    private final NodeHost node;
    private String stored;

    private ObjectTransfer(boolean put, int mebibytes, NodeHost node) {
        this.put = put;
        this.mebibytes = mebibytes;
        this.node = node;
    }

    /** A new object each time; the node forgets its chunks. */
    static ObjectTransfer put(int mebibytes, NodeHost node) {
        return new ObjectTransfer(true, mebibytes, node);
    }

    /** The same object each time, put into the node beforehand, which is to keep it. */
    static ObjectTransfer get(int mebibytes, NodeHost node) {
        return new ObjectTransfer(false, mebibytes, node);
    }

    @Override
    public String name() {
        return "object: " + (put ? "PUT" : "GET") + " of " + mebibytes + " MiB, one stream";
    }

    @Override
    public int clients() {
        return 1;
    }

    @Override
    public void prepare() throws Exception {
        node.server().get();
        if (!put) {
            stored = store();
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
            if (put) {
                store();
            } else {
                fetch();
            }
            return mebibytes * CHUNKS_A_MIB;
        };
    }

    @Override
    public void cleanUp() throws Exception {
        node.forget().run();
    }

    /** The path of a new object. */
    private String store() throws Exception {
        HttpURLConnection connection = open(PATH);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(bytes());
        Block[] blocks = new Block[BLOCKS_AT_ONCE];
        try (OutputStream out = connection.getOutputStream()) {
            for (int i = 0; i < mebibytes * CHUNKS_A_MIB; i++) {
                int slot = i % BLOCKS_AT_ONCE;
                blocks[slot] = blocks[slot] == null ? new Block() : blocks[slot];
                out.write(blocks[slot].next());
            }
        }
        if (connection.getResponseCode() != CREATED) {
            throw new IllegalStateException("the object was answered " + connection.getResponseCode());
        }
        return connection.getHeaderField("Location");
    }

    private void fetch() throws Exception {
        long came = 0;
        byte[] buffer = new byte[Block.BYTES];
        try (InputStream in = open(stored).getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                came += read;
            }
        }
        if (came != bytes()) {
            throw new IllegalStateException("of the object came " + came + " bytes");
        }
    }

    private HttpURLConnection open(String path) throws Exception {
        return (HttpURLConnection) URI.create("http://127.0.0.1:" + node.port() + path).toURL().openConnection();
    }

    private long bytes() {
        return ((long) mebibytes) << 20;
    }
}
