package apidrive.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import apidrive.wire.BsonSequence;
import apidrive.wire.Digest;

/** Chunks stored through a node's HTTP API, each client on a connection of its own. */
final class NodeStore implements Contender {
    /** How the chunks travel. */
    enum Way {
        RAW("PUT", "/api/drive/chunk", "application/octet-stream", 1),
        BSON("POST", "/api/drive/store", "application/bson", 1),
        JSON("POST", "/api/drive/store", "application/json", 1),
        BATCH("POST", "/api/drive/batch/store", "application/bson", 64);

        final String method;
        final String path;
        final String type;
        final int chunks;

        Way(String method, String path, String type, int chunks) {
            this.method = method;
            this.path = path;
            this.type = type;
            this.chunks = chunks;
        }
    }

    private static final int SAMPLE = 64;  // of so many exchanges, the digest of one is checked
    private static final byte[] BSON_HEAD = ByteBuffer.allocate(15).order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Block.BYTES + 16).put((byte) 5).put("Data\0".getBytes(StandardCharsets.US_ASCII))
            .putInt(Block.BYTES).put((byte) 0).array();
    private static final int BSON_BYTES = BSON_HEAD.length + Block.BYTES + 1;
    private static final byte[] JSON_HEAD = "{\"Data\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] JSON_END = "\"}".getBytes(StandardCharsets.US_ASCII);
    private static final int BASE64_BYTES = (Block.BYTES + 2) / 3 * 4;
    private static final int MOST_RESULT_BYTES = 4_096;

    private final Way way;
    private final NodeHost host;
    private final int clients;

    NodeStore(Way way, NodeHost host, int clients) {
        this.way = way;
        this.host = host;
        this.clients = clients;
    }

    @Override
    public String name() {
        return host.label() + ": " + way.method + " " + way.path + ", "
                + (way == Way.BATCH ? way.chunks + " chunks an exchange" : way.type);
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public void cleanUp() throws Exception {
        host.forget().run();
    }

    @Override
    public void prepare() throws Exception {
        host.server().get();
    }

    @Override
    public List<Server> servers() throws Exception {
        return List.of(host.server().get());
    }

    @Override
    public Worker worker(int number) throws Exception {
        HttpConnection connection = host.connect();
        return way == Way.JSON ? new JsonWorker(connection) : new BinaryWorker(connection, way);
    }

    /** Throws unless a batch's answer says of as many chunks that they were stored. */
    static void requireStored(byte[] answer, int chunks) {
        BsonSequence results = new BsonSequence(new ByteArrayInputStream(answer), MOST_RESULT_BYTES);
        int stored = 0;
        for (Optional<byte[]> next = results.next(); next.isPresent(); next = results.next()) {
            stored += new String(next.get(), StandardCharsets.ISO_8859_1).contains("ExpiresAt") ? 1 : 0;
        }
        if (stored != chunks) {
            throw new IllegalStateException("of a batch of " + chunks + " were stored " + stored);
        }
    }

    /** Throws unless the answer to a store names this digest. */
    static void requireDigest(byte[] answer, Digest digest) {
        if (!new String(answer, StandardCharsets.ISO_8859_1).contains(digest.toString())) {
            throw new IllegalStateException("the answer has another digest than " + digest);
        }
    }

    private abstract static class StoreWorker implements Worker {
        final HttpConnection connection;
        private int exchanges;

        StoreWorker(HttpConnection connection) {
            this.connection = connection;
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }

        /** Every answer is 200 and of its length by now; its digest is compared with ours now and then. */
        void check(byte[] bytes, int offset) {
            if (exchanges++ % SAMPLE == 0) {
                requireDigest(connection.body(), Digest.of(bytes, offset, Block.BYTES));
            }
        }
    }

    /** Blocks as they are, or each in a BSON contract. */
    private static final class BinaryWorker extends StoreWorker {
        private final byte[] request;
        private final Block[] blocks;
        private final int first;

        BinaryWorker(HttpConnection connection, Way way) {
            super(connection);
            int wrapped = way == Way.RAW ? Block.BYTES : BSON_BYTES;
            int lead = way == Way.RAW ? 0 : BSON_HEAD.length;
            request = HttpConnection.request(way.method, way.path, way.type, new byte[way.chunks * wrapped]);
            first = request.length - way.chunks * wrapped + lead;
            blocks = new Block[way.chunks];
            for (int i = 0; i < way.chunks; i++) {
                int at = first + i * wrapped;
                System.arraycopy(BSON_HEAD, 0, request, at - lead, lead);
                blocks[i] = new Block(request, at);
            }
        }

        @Override
        public int exchange() throws IOException {
            for (Block block : blocks) {
                block.next();
            }
            connection.exchange(request);
            check(request, first);
            if (blocks.length > 1) {
                requireStored(connection.body(), blocks.length);
            }
            return blocks.length;
        }
    }

    private static final class JsonWorker extends StoreWorker {
        private final Block block = new Block();
        private final byte[] request;
        private final ByteBuffer text;

        JsonWorker(HttpConnection connection) {
            super(connection);
            byte[] body = Arrays.copyOf(JSON_HEAD, JSON_HEAD.length + BASE64_BYTES + JSON_END.length);
            System.arraycopy(JSON_END, 0, body, JSON_HEAD.length + BASE64_BYTES, JSON_END.length);
            request = HttpConnection.request(Way.JSON.method, Way.JSON.path, Way.JSON.type, body);
            text = ByteBuffer.wrap(request, request.length - body.length + JSON_HEAD.length, BASE64_BYTES);
        }

        @Override
        public int exchange() throws IOException {
            byte[] bytes = block.next();
            text.duplicate().put(Base64.getEncoder().encode(bytes));
            connection.exchange(request);
            check(bytes, 0);
            return 1;
        }
    }
}
