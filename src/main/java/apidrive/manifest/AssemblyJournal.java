package apidrive.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

import apidrive.wire.Digest;

/**
 * Which chunks stand in a partial file: a header with the manifest's fingerprint, then 16 bytes a chunk, appended after
 * its bytes were written. A torn last record is cut off. The file is locked while it is open.
 */
final class AssemblyJournal implements Closeable {
    private static final byte[] MAGIC = "apidrive get 1\n\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = MAGIC.length + Digest.BYTES;
    private static final int RECORD_BYTES = 4 * Integer.BYTES;
    private static final int READ_BYTES = RECORD_BYTES * 4_096;

    /** One chunk that was written; {@code crc} is its bytes' CRC-32C, 0 where the manifest itself can verify them. */
    interface Reader {
        void record(int order, int size, int crc) throws IOException;
    }

    private final FileChannel channel;
    private boolean continues;

    private AssemblyJournal(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens or makes the journal; fails when another process has it, or when the file is something else. */
    static AssemblyJournal open(Path path, Digest fingerprint) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        AssemblyJournal journal = new AssemblyJournal(channel);
        try {
            if (!locks(channel)) {
                throw new IOException("another get is writing this file: " + path + " is locked");
            }
            journal.begin(path, fingerprint);
            return journal;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether it was left by an interrupted run for the same chunks. */
    boolean continues() {
        return continues;
    }

    /** Every whole record, in the order written; cuts off what follows the last of them. */
    void forEach(Reader reader) throws IOException {
        long good = HEADER_BYTES;
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        boolean torn = false;
        while (!torn && channel.read(buffer.clear(), good) > 0) {
            buffer.flip();
            torn = buffer.remaining() < RECORD_BYTES;
            while (!torn && buffer.remaining() >= RECORD_BYTES) {
                int check = crc(buffer.array(), buffer.position(), RECORD_BYTES - Integer.BYTES);
                int order = buffer.getInt();
                int size = buffer.getInt();
                int crc = buffer.getInt();
                torn = buffer.getInt() != check;
                if (!torn) {
                    reader.record(order, size, crc);
                    good += RECORD_BYTES;
                }
            }
        }
        channel.truncate(good);
        channel.position(good);
    }

    synchronized void append(int order, int size, int crc) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).putInt(order).putInt(size).putInt(crc);
        record.putInt(crc(record.array(), 0, RECORD_BYTES - Integer.BYTES)).flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static boolean locks(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void begin(Path path, Digest fingerprint) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).put(fingerprint.bytes()).flip();
        ByteBuffer found = ByteBuffer.allocate(HEADER_BYTES);
        channel.read(found, 0);
        found.flip();
        continues = header.equals(found);
        if (continues) {
            return;
        }
        int compared = Math.min(found.remaining(), MAGIC.length);  // fewer bytes: a run that ended as it began
        if (!found.slice(0, compared).equals(ByteBuffer.wrap(MAGIC, 0, compared))) {
            throw new IOException(path + " is in the way: it was not left by an interrupted get");
        }
        channel.truncate(0);
        channel.write(header, 0);
        channel.position(HEADER_BYTES);
    }
}
