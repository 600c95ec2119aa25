package apidrive.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Chunks retrieved through a node's HTTP API in random order, each client on a connection of its own. */
final class NodeRetrieve implements Contender {
    /** How the chunks travel. */
    enum Way {
        RAW("GET /api/drive/chunk/{id}", 0),
        BSON("POST /api/drive/retrieve, application/bson", 19);  // bytes before the data: see the contract's vectors

        final String title;
        final int lead;

        Way(String title, int lead) {
            this.title = title;
            this.lead = lead;
        }
    }

    private static final int SAMPLE = 64;  // of so many exchanges, the digest of one is checked
    private static final int FILL_BATCH = 64;

    private final Way way;
    private final String condition;
    private final int port;
    private final int clients;
    private final List<ChunkId> ids;

    /** {@code condition} says where the bytes come from. */
    NodeRetrieve(Way way, String condition, int port, int clients, List<ChunkId> ids) {
        this.way = way;
        this.condition = condition;
        this.port = port;
        this.clients = clients;
        this.ids = ids;
    }

    /** Stores {@code count} chunks in a node and returns their ids. */
    static List<ChunkId> fill(int port, int count) throws IOException {
        List<ChunkId> ids = new ArrayList<>();
        Block block = new Block();
        try (HttpConnection connection = new HttpConnection(port)) {
            while (ids.size() < count) {
                ByteArrayOutputStream contracts = new ByteArrayOutputStream();
                for (int i = 0; i < FILL_BATCH && ids.size() < count; i++) {
                    byte[] bytes = block.next().clone();
                    ids.add(Chunk.of(bytes).id());
                    Format.BSON.write(new Document().with("Data", bytes), contracts);
                }
                connection.exchange(HttpConnection.request("POST", "/api/drive/batch/store", Format.BSON_TYPE,
                        contracts.toByteArray()));
            }
        }
        return ids;
    }

    @Override
    public String name() {
        return "node: " + way.title + ", " + condition;
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public Worker worker(int number) throws IOException {
        HttpConnection connection = new HttpConnection(port);
        return new Worker() {
            private int exchanges;

            @Override
            public int exchange() throws IOException {
                ChunkId id = ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
                connection.exchange(request(id));
                check(id);
                return 1;
            }

            private void check(ChunkId id) {
                if (connection.bodyLength() != wholeLength()) {
                    throw new IllegalStateException("an answer of " + connection.bodyLength() + " bytes");
                }
                if (exchanges++ % SAMPLE == 0 && !Chunk.of(connection.body(way.lead, Block.BYTES)).id().equals(id)) {
                    throw new IllegalStateException("other bytes than those of " + id);
                }
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    private byte[] request(ChunkId id) {
        if (way == Way.RAW) {
            return HttpConnection.get("/api/drive/chunk/" + id);
        }
        byte[] contract = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN).putInt(30).put((byte) 5).put((byte) 'I')
                .put((byte) 'd').put((byte) 0).putInt(ChunkId.BYTES).put((byte) 4).put(id.toDotNet()).array();
        return HttpConnection.request("POST", "/api/drive/retrieve", Format.BSON_TYPE, contract);
    }

    private int wholeLength() {
        return way == Way.RAW ? Block.BYTES : way.lead + Block.BYTES + 1;
    }
}
