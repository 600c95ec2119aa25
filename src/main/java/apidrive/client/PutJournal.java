package apidrive.client;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import apidrive.wire.ChunkId;

/**
 * What a put has stored already, a line a chunk: its order, the id of its bytes, and its holders. A last line that was
 * half written does not count.
 */
final class PutJournal implements AutoCloseable {
    private static final String SEPARATOR = "\t";

    /** The chunk of {@code id} is on the servers with these retrieve endpoints. */
    record Line(ChunkId id, List<String> holders) {
    }

    private final Path file;
    private final Map<Integer, Line> lines = new HashMap<>();
    private final BufferedWriter out;

    PutJournal(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            read();
        }
        this.out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        out.newLine();
    }

    /** What an earlier run stored for this place. */
    Optional<Line> at(int order) {
        return Optional.ofNullable(lines.get(order));
    }

    /** The chunk at {@code order} is stored; at most a line is lost when the process is killed. */
    synchronized void add(int order, ChunkId id, List<Server> holders) throws IOException {
        out.write(order + SEPARATOR + id + SEPARATOR
                + String.join(SEPARATOR, holders.stream().map(Server::retrieveUrl).toList()) + "\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** The file is put: nothing is left to go on with. */
    void delete() throws IOException {
        close();
        Files.delete(file);
    }

    private void read() throws IOException {
        Map<String, String> urls = new HashMap<>();
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
            String[] fields = line.split(SEPARATOR);
            if (fields.length > 2 && fields[0].matches("\\d{1,9}")) {
                List<String> holders = new ArrayList<>();
                for (int i = 2; i < fields.length; i++) {
                    holders.add(urls.computeIfAbsent(fields[i], same -> same));
                }
                ChunkId.parse(fields[1]).ifPresent(id -> lines.put(Integer.valueOf(fields[0]), new Line(id, holders)));
            }
        }
    }
}
