package apidrive.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import apidrive.wire.Digest;

/** Files retrieved in random order from those that a server keeps. */
final class FileRetrieve implements Contender {
    private static final int SAMPLE = 64;  // of so many exchanges, the digest of one is checked

    private final FileHost host;
    private final int clients;
    private final int files;

    FileRetrieve(FileHost host, int clients, int files) {
        this.host = host;
        this.clients = clients;
        this.files = files;
    }

    @Override
    public String name() {
        return host.label() + ": GET " + host.path() + "{name}, hot";
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public void prepare() throws Exception {
        host.kept(files);
    }

    @Override
    public List<Server> servers() throws Exception {
        return List.of(host.server());
    }

    @Override
    public Worker worker(int number) throws Exception {
        HttpConnection connection = new HttpConnection(host.server().port());
        List<Map.Entry<String, Digest>> kept = List.copyOf(host.kept(files).entrySet());
        List<byte[]> requests = kept.stream().map(file -> HttpConnection.get(host.path() + file.getKey())).toList();
        return new Worker() {
            private int exchanges;

            @Override
            public int exchange() throws Exception {
                int one = ThreadLocalRandom.current().nextInt(requests.size());
                connection.exchange(requests.get(one));
                if (connection.bodyLength() != Block.BYTES || exchanges++ % SAMPLE == 0
                        && !Digest.of(connection.body()).equals(kept.get(one).getValue())) {
                    throw new IllegalStateException("other bytes than those of " + kept.get(one).getKey());
                }
                return 1;
            }

            @Override
            public void close() throws Exception {
                connection.close();
            }
        };
    }
}
