package apidrive.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Which chunks of a file are in place, and their sizes: eight bytes a chunk, order and size, written after its bytes. */
final class GetJournal implements AutoCloseable {
    private static final int NOT_THERE = -1;
    private static final int RECORD_BYTES = 8;

    private final Path file;
    private final int[] sizes;
    private final FileChannel out;

    /** Reads what an earlier run left for a file of {@code chunks} chunks. */
    GetJournal(Path file, int chunks) throws IOException {
        this.file = file;
        this.sizes = new int[chunks];
        Arrays.fill(sizes, NOT_THERE);
        this.out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        read();
    }

    boolean isThere(int order) {
        return sizes[order] != NOT_THERE;
    }

    /** The bytes of the chunk that is there. */
    int size(int order) {
        return sizes[order];
    }

    /** The chunk is not what it should be. */
    void forget(int order) {
        sizes[order] = NOT_THERE;
    }

    /** The chunk's bytes are in place. */
    synchronized void add(int order, int size) throws IOException {
        sizes[order] = size;
        ByteBuffer line = ByteBuffer.allocate(RECORD_BYTES).putInt(order).putInt(size).flip();
        while (line.hasRemaining()) {
            out.write(line);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** The file is whole: nothing is left to go on with. */
    void delete() throws IOException {
        close();
        Files.delete(file);
    }

    private void read() throws IOException {
        long whole = out.size() / RECORD_BYTES * RECORD_BYTES;
        ByteBuffer records = ByteBuffer.allocate((int) Math.min(whole, (long) sizes.length * RECORD_BYTES * 2));
        while (records.hasRemaining() && out.read(records) >= 0) {
            continue;
        }
        records.flip();
        while (records.remaining() >= RECORD_BYTES) {
            int order = records.getInt();
            int size = records.getInt();
            if (order >= 0 && order < sizes.length) {
                sizes[order] = size;
            }
        }
        out.truncate(whole);
        out.position(whole);
    }
}
