package apidrive.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
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

    private final Way way;
    private final String condition;
    private final NodeHost host;
    private final int clients;
    private final Lazy<List<ChunkId>> ids;

    /** {@code condition} says where the bytes come from. */
    NodeRetrieve(Way way, String condition, NodeHost host, int clients, Lazy<List<ChunkId>> ids) {
        this.way = way;
        this.condition = condition;
        this.host = host;
        this.clients = clients;
        this.ids = ids;
    }

    @Override
    public String name() {
        return host.label() + ": " + way.title + ", " + condition;
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public void prepare() throws Exception {
        host.server().get();
        ids.get();
    }

    @Override
    public List<Server> servers() throws Exception {
        return List.of(host.server().get());
    }

    @Override
    public Worker worker(int number) throws Exception {
        HttpConnection connection = host.connect();
        List<ChunkId> all = ids.get();
        return new Worker() {
            private int exchanges;

            @Override
            public int exchange() throws IOException {
                ChunkId id = all.get(ThreadLocalRandom.current().nextInt(all.size()));
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
