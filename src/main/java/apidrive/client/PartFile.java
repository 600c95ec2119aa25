package apidrive.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import apidrive.manifest.Entry;
import apidrive.manifest.Manifest;
import apidrive.wire.Chunk;

/**
 * A file that is being fetched: {@code OUT.part}, into which chunks are written in place, and beside it the journal of
 * those that are there. Threads share it.
 */
final class PartFile implements AutoCloseable {
    private final Manifest manifest;
    private final Path target;
    private final Path part;
    private final long[] offsets;
    private final FileChannel bytes;
    private final GetJournal journal;

    PartFile(Manifest manifest, Path target) throws IOException {
        this.manifest = manifest;
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.offsets = manifest.offsets();
        this.bytes = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.journal = new GetJournal(target.resolveSibling(target.getFileName() + ".part.chunks"), offsets.length);
    }

    /** Whether an earlier run put the chunk in place, and it still is what it should be, as far as that can be told. */
    boolean has(int order) throws IOException {
        if (!journal.isThere(order)) {
            return false;
        }
        Entry entry = manifest.entries().get(order);
        if (journal.size(order) < 0 || journal.size(order) > Chunk.MAX_BYTES
                || offsets[order] + journal.size(order) > bytes.size()
                || entry.isVerifiable() && !entry.admits(read(bytes, offsets[order], journal.size(order)))) {
            journal.forget(order);
            return false;
        }
        return true;
    }

    /** The bytes of a chunk that {@link #has} said is there. */
    int size(int order) {
        return journal.size(order);
    }

    void write(int order, Chunk chunk) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(chunk.data());
        while (buffer.hasRemaining()) {
            bytes.write(buffer, offsets[order] + buffer.position());
        }
        journal.add(order, chunk.size());
    }

    /** All chunks are in place: makes them the target, flushed to the disk. Returns its size. */
    long finish() throws IOException {
        long size = isCompact() ? inPlace() : assembled();
        journal.delete();
        return size;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
        journal.close();
    }

    /** Whether every chunk ends where the next begins. */
    private boolean isCompact() {
        for (int i = 0; i + 1 < offsets.length; i++) {
            if (offsets[i] + journal.size(i) != offsets[i + 1]) {
                return false;
            }
        }
        return true;
    }

    private long inPlace() throws IOException {
        int last = offsets.length - 1;
        long size = last < 0 ? 0 : offsets[last] + journal.size(last);
        bytes.truncate(size);
        bytes.force(true);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return size;
    }

    /** A manifest without sizes whose chunks are not all full: they stand 64 KiB apart and are moved together. */
    private long assembled() throws IOException {
        Path whole = target.resolveSibling(target.getFileName() + ".part.whole");
        long size = 0;
        try (FileChannel out = FileChannel.open(whole, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            for (int i = 0; i < offsets.length; i++) {
                ByteBuffer chunk = ByteBuffer.wrap(read(bytes, offsets[i], journal.size(i)).data());
                while (chunk.hasRemaining()) {
                    out.write(chunk);
                }
                size += journal.size(i);
            }
            out.force(true);
        }
        Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(part);
        return size;
    }

    static Chunk read(FileChannel file, long offset, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) >= 0) {
            continue;
        }
        return Chunk.of(buffer.array());
    }
}
