package apidrive.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

import apidrive.wire.Chunk;

/**
 * A file that grows from its chunks in any sequence: written in place into {@code TARGET.part}, noted in
 * {@code TARGET.part.journal}, renamed when whole. What an interrupted run left is verified and kept. Threads may share
 * it.
 */
public final class Assembly implements Closeable {
    private static final String PART = ".part";
    private static final String JOURNAL = ".journal";
    private static final String COMPACT = ".whole";

    private final Manifest manifest;
    private final Path target;
    private final Path part;
    private final Path journalPath;
    private final AssemblyJournal journal;
    private final FileChannel channel;
    private final WriteBehind behind;
    private final long[] positions;  // null while sizes are unknown: then chunk i stands at i × 65,536
    private final int[] sizes;
    private final BitSet held = new BitSet();
    private long heldBytes;

    private Assembly(Manifest manifest, Path target, Path part, Path journalPath, AssemblyJournal journal,
            FileChannel channel) {
        this.manifest = manifest;
        this.target = target;
        this.part = part;
        this.journalPath = journalPath;
        this.journal = journal;
        this.channel = channel;
        this.behind = new WriteBehind(channel);
        this.sizes = new int[manifest.count()];
        this.positions = manifest.isSized() ? positions(manifest) : null;
    }

    /** Begins or goes on; fails when files of these names are there that no interrupted run left. */
    public static Assembly open(Manifest manifest, Path target) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + PART);
        Path journalPath = part.resolveSibling(part.getFileName() + JOURNAL);
        if (Files.exists(part, LinkOption.NOFOLLOW_LINKS) && !Files.exists(journalPath, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(part + " is in the way: it was not left by an interrupted get");
        }
        AssemblyJournal journal = AssemblyJournal.open(journalPath, manifest.fingerprint());
        try {
            FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            Assembly assembly = new Assembly(manifest, target, part, journalPath, journal, channel);
            if (journal.continues()) {
                journal.forEach(assembly::recall);
            } else {
                channel.truncate(0);
            }
            return assembly;
        } catch (IOException e) {
            journal.close();
            throw e;
        }
    }

    public synchronized boolean has(int order) {
        return held.get(order);
    }

    /** Chunks that are written. */
    public synchronized int heldChunks() {
        return held.cardinality();
    }

    /** Bytes of the chunks that are written. */
    public synchronized long heldBytes() {
        return heldBytes;
    }

    /** Keeps the chunk, whose bytes the caller has checked by {@link Manifest#accepts}. A second time does nothing. */
    public void write(int order, byte[] data) throws IOException {
        if (has(order)) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(data);
        long position = position(order);
        while (buffer.hasRemaining()) {
            position += channel.write(buffer, position);
        }
        behind.wrote(data.length);
        journal.append(order, data.length, crc(order, data));
        hold(order, data.length);
    }

    /**
     * Makes the whole file durable under its name and removes what was beside it. Throws
     * {@link FileAlreadyExistsException} when there is a file of that name and it is not to be replaced.
     */
    public void finish(boolean replace) throws IOException {
        if (heldChunks() != manifest.count()) {
            throw new IllegalStateException("chunks are missing");
        }
        Path whole = part;
        if (isCompact()) {
            channel.truncate(Arrays.stream(sizes).asLongStream().sum());
            behind.finish();
        } else {
            whole = compacted();
        }
        rename(whole, replace);
        Files.deleteIfExists(part);
        Files.delete(journalPath);
    }

    @Override
    public void close() throws IOException {
        try (journal; channel) {
            behind.close();
        }
    }

    private static long[] positions(Manifest manifest) {
        long[] positions = new long[manifest.count()];
        long next = 0;
        for (int order = 0; order < positions.length; order++) {
            positions[order] = next;
            next += manifest.size(order).getAsInt();
        }
        return positions;
    }

    private long position(int order) {
        return positions != null ? positions[order] : (long) order * Chunk.MAX_BYTES;
    }

    private int crc(int order, byte[] data) {
        return manifest.isVerifiable(order) ? 0 : AssemblyJournal.crc(data, 0, data.length);
    }

    private synchronized void hold(int order, int size) {
        if (!held.get(order)) {
            held.set(order);
            sizes[order] = size;
            heldBytes += size;
        }
    }

    /** Takes over a chunk that the journal names, if its bytes are still right. */
    private void recall(int order, int size, int crc) throws IOException {
        if (order < 0 || order >= sizes.length || size < 0 || size > Chunk.MAX_BYTES || held.get(order)) {
            return;
        }
        byte[] data = new byte[size];
        if (read(position(order), data) && manifest.accepts(order, data) && crc(order, data) == crc) {
            hold(order, size);
        }
    }

    private boolean read(long from, byte[] data) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(data);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the chunks stand one behind another as they are: only the last may be shorter than its room. */
    private boolean isCompact() {
        return positions != null
                || Arrays.stream(sizes, 0, Math.max(0, sizes.length - 1)).allMatch(size -> size == Chunk.MAX_BYTES);
    }

    /** A copy without the gaps: moving within the partial file would spoil it for another run. */
    private Path compacted() throws IOException {
        Path whole = part.resolveSibling(part.getFileName() + COMPACT);
        Files.deleteIfExists(whole);
        try (FileChannel out = FileChannel.open(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int order = 0; order < sizes.length; order++) {
                byte[] data = new byte[sizes[order]];
                read(position(order), data);
                ByteBuffer buffer = ByteBuffer.wrap(data);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        return whole;
    }

    private void rename(Path whole, boolean replace) throws IOException {
        if (!replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = target.toAbsolutePath().getParent();
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            // only some systems let a folder be opened; the file itself is durable
        }
    }
}
