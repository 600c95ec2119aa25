package apidrive.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** A node with a great many chunks of 16 bytes, so that rows and look-ups count and bytes do not. */
final class SmallChunks {
    private static final int BYTES = 16;
    private static final int FILL_BATCH = 1_024;
    private static final int TOGETHER = 32;  // as the command-line client retrieves them
    private static final long RUN = System.nanoTime();

    private final NodeHost host;
    private final int clients;
    private final int count;
    private final AtomicInteger next;

    /** {@code count} of them, numbered from 0; none is stored yet. */
    SmallChunks(NodeHost host, int clients, int count) {
        this.host = host;
        this.clients = clients;
        this.count = count;
        this.next = new AtomicInteger(count);
    }

    void fill() throws Exception {
        fill(0);
    }

    /** Stores those from number {@code first} on. */
    void fill(int first) throws Exception {
        try (HttpConnection connection = host.connect()) {
            for (int from = first; from < count; from += FILL_BATCH) {
                List<byte[]> batch = new ArrayList<>();
                for (int number = from; number < Math.min(count, from + FILL_BATCH); number++) {
                    batch.add(bytes(number));
                }
                NodeHost.storeAll(connection, batch);
            }
        }
    }

    /** Random ones of those that were filled in. */
    Contender retrieve() {
        return contender("retrieve", connection -> {
            byte[] bytes = bytes(ThreadLocalRandom.current().nextInt(count));
            connection.exchange(HttpConnection.get("/api/drive/chunk/" + Chunk.of(bytes).id()));
            if (!Arrays.equals(bytes, connection.body())) {
                throw new IllegalStateException("other bytes came back");
            }
        });
    }

    /** Random ones, many in an exchange. */
    Contender retrieveMany() {
        return contender("retrieve " + TOGETHER + " at once", connection -> {
            ByteArrayOutputStream contracts = new ByteArrayOutputStream();
            ByteArrayOutputStream results = new ByteArrayOutputStream();
            for (int i = 0; i < TOGETHER; i++) {
                Chunk chunk = Chunk.of(bytes(ThreadLocalRandom.current().nextInt(count)));
                Format.BSON.write(new Document().with("Id", chunk.id()), contracts);
                Format.BSON.write(new Document().with("Id", chunk.id()).with("Data", chunk.data()), results);
            }
            connection.exchange(HttpConnection.request("POST", "/api/drive/batch/retrieve", Format.BSON_TYPE, contracts.toByteArray()));
            if (!Arrays.equals(results.toByteArray(), connection.body())) {
                throw new IllegalStateException("other chunks came back");
            }
        });
    }

    /** New ones, which stay. */
    Contender store() {
        return contender("store", connection -> connection.exchange(
                HttpConnection.request("PUT", "/api/drive/chunk", FileStore.TYPE, bytes(next.getAndIncrement()))));
    }

    private interface Exchange {
        void with(HttpConnection connection) throws Exception;
    }

    private Contender contender(String what, Exchange exchange) {
        return new Contender() {
            @Override
            public String name() {
                return what + " of a chunk of " + BYTES + " bytes among " + count;
            }

            @Override
            public int clients() {
                return clients;
            }

            @Override
            public List<Server> servers() throws Exception {
                return List.of(host.server().get());
            }

            @Override
            public Worker worker(int number) throws Exception {
                HttpConnection connection = host.connect();
                return new Worker() {
                    @Override
                    public int exchange() throws Exception {
                        exchange.with(connection);
                        return 1;
                    }

                    @Override
                    public void close() throws Exception {
                        connection.close();
                    }
                };
            }
        };
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(BYTES).putLong(RUN).putLong(number).array();
    }
}
