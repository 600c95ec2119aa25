package apidrive.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import apidrive.wire.Digest;

/** A server of plain files, and what of it stays for retrievals. */
final class FileHost {
    private final String label;
    private final FileKind kind;
    private final String path;
    private final Lazy<Server> server;
    private final Path files;
    private final Map<String, Digest> kept = new LinkedHashMap<>();

    /** {@code path} stands before every name; {@code files} is where they can be deleted, null where they cannot. */
    FileHost(String label, FileKind kind, String path, Lazy<Server> server, Path files) {
        this.label = label;
        this.kind = kind;
        this.path = path + kind.lead;
        this.server = server;
        this.files = files;
    }

    String label() {
        return label;
    }

    FileKind kind() {
        return kind;
    }

    /** What stands before a name in a request. */
    String path() {
        return path;
    }

    Server server() throws Exception {
        return server.get();
    }

    /** Names and digests of {@code count} files, stored at the first call. */
    Map<String, Digest> kept(int count) throws Exception {
        try (HttpConnection connection = new HttpConnection(server().port())) {
            Block block = new Block();
            while (kept.size() < count) {
                byte[] bytes = block.next();
                String name = new String(kind.name(bytes, 0, bytes.length), StandardCharsets.US_ASCII);
                connection.exchange(HttpConnection.request(kind.method, path + name, FileStore.TYPE, bytes));
                kept.put(name, Digest.of(bytes));
            }
        }
        return kept;
    }

    /** Deletes all but what was kept. */
    void forget() throws IOException {
        if (files == null) {
            return;
        }
        try (Stream<Path> all = Files.list(files)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (!kept.containsKey(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }
}
