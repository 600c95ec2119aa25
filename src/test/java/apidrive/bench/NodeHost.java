package apidrive.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

/**
 * A node of this run.
 *
 * @param label  what the table calls it
 * @param server where it listens
 * @param forget empties it
 */
record NodeHost(String label, Lazy<Server> server, Contender.Undo forget) {
    private static final int FILL_BATCH = 64;

    NodeHost(String label, Lazy<Server> server) {
        this(label, server, () -> { });
    }

    /** Where they listen. */
    static List<Server> servers(List<NodeHost> hosts) throws Exception {
        List<Server> servers = new ArrayList<>();
        for (NodeHost host : hosts) {
            servers.add(host.server().get());
        }
        return servers;
    }

    int port() throws Exception {
        return server.get().port();
    }

    HttpConnection connect() throws Exception {
        return new HttpConnection(port());
    }

    /** Stores {@code count} new chunks and returns their ids. */
    List<ChunkId> fill(int count) throws Exception {
        List<ChunkId> ids = new ArrayList<>();
        Block block = new Block();
        try (HttpConnection connection = connect()) {
            while (ids.size() < count) {
                List<byte[]> batch = new ArrayList<>();
                while (batch.size() < FILL_BATCH && ids.size() < count) {
                    byte[] bytes = block.next().clone();
                    ids.add(Chunk.of(bytes).id());
                    batch.add(bytes);
                }
                storeAll(connection, batch);
            }
        }
        return ids;
    }

    /** Stores chunks in one exchange; throws when any was refused. */
    static void storeAll(HttpConnection connection, List<byte[]> chunks) throws IOException {
        ByteArrayOutputStream contracts = new ByteArrayOutputStream();
        for (byte[] chunk : chunks) {
            Format.BSON.write(new Document().with("Data", chunk), contracts);
        }
        connection.exchange(HttpConnection.request("POST", "/api/drive/batch/store", Format.BSON_TYPE,
                contracts.toByteArray()));
        NodeStore.requireStored(connection.body(), chunks.size());
    }
}
