package apidrive.bench;

import java.util.List;

/** Blocks stored at a server of files, each under a new name. */
final class FileStore implements Contender {
    static final String TYPE = "application/octet-stream";

    private final FileHost host;
    private final int clients;

    FileStore(FileHost host, int clients) {
        this.host = host;
        this.clients = clients;
    }

    @Override
    public String name() {
        return host.label() + ": " + host.kind().method + " " + host.path() + "{name}, not flushed";
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public void prepare() throws Exception {
        host.server();
    }

    @Override
    public List<Server> servers() throws Exception {
        return List.of(host.server());
    }

    @Override
    public void cleanUp() throws Exception {
        host.forget();
    }

    @Override
    public Worker worker(int number) throws Exception {
        HttpConnection connection = new HttpConnection(host.server().port());
        byte[] request = HttpConnection.request(host.kind().method, host.path() + "0".repeat(FileKind.NAME_LENGTH), TYPE,
                new byte[Block.BYTES]);
        int bodyAt = request.length - Block.BYTES;
        int nameAt = host.kind().method.length() + 1 + host.path().length();
        Block block = new Block(request, bodyAt);
        return new Worker() {
            @Override
            public int exchange() throws Exception {
                block.next();
                System.arraycopy(host.kind().name(request, bodyAt, Block.BYTES), 0, request, nameAt, FileKind.NAME_LENGTH);
                connection.exchange(request);
                return 1;
            }

            @Override
            public void close() throws Exception {
                connection.close();
            }
        };
    }
}
