package apidrive.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Many who read parts of one object at the same time, as players of one film do. */
final class ObjectReaders implements Contender {
    /** Readers at once, which a node allows that was told so. */
    static final int READERS = 100;
    /** An option for a node that serves them. */
    static final String OPTION = "--downloads=" + READERS;
    private static final int PART = 1 << 20;

    private final int mebibytes;
    private final NodeHost node;
    private final Lazy<String> kept;

    /** {@code kept} is the path of the object. */
    ObjectReaders(int mebibytes, NodeHost node, Lazy<String> kept) {
        this.mebibytes = mebibytes;
        this.node = node;
        this.kept = kept;
    }

    @Override
    public String name() {
        return "object: GET of ranges of 1 MiB, " + READERS + " readers";
    }

    @Override
    public int clients() {
        return READERS;
    }

    @Override
    public void prepare() throws Exception {
        kept.get();
    }

    @Override
    public List<Server> servers() throws Exception {
        return List.of(node.server().get());
    }

    @Override
    public Worker worker(int number) throws Exception {
        HttpConnection connection = node.connect();
        String path = kept.get();
        return new Worker() {
            @Override
            public int exchange() throws IOException {
                long from = (long) ThreadLocalRandom.current().nextInt(mebibytes) * PART;
                connection.exchange(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nRange: bytes=" + from + "-" + (from + PART - 1)
                        + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                if (connection.bodyLength() != PART) {
                    throw new IllegalStateException("a part of " + connection.bodyLength() + " bytes");
                }
                return ObjectTransfer.CHUNKS_A_MIB;
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }
}
