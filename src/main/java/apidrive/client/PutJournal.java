package apidrive.client;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

import apidrive.wire.ChunkId;

/**
 * Which copies of a file's chunks were acknowledged by whom: a header that names the servers, then 44 bytes a copy. A
 * torn last record is cut off; a journal of other servers keeps the copies on those that are still named. The file is
 * locked while it is open. Threads may share it.
 */
final class PutJournal implements Closeable {
    private static final byte[] MAGIC = "apidrive put 1\n\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = MAGIC.length + Integer.BYTES;
    private static final int MOST_NAMES_BYTES = 16 << 20;
    private static final int RECORD_BYTES = 3 * Integer.BYTES + 2 * ChunkId.BYTES;
    private static final int READ_BYTES = RECORD_BYTES * 2_048;
    private static final Duration VALID = Duration.ofDays(7);  // chunks may be forgotten: leases are of 30 days or so
    private static final int ACK_LONGS = 3;

    private final Path path;
    private final FileChannel channel;
    private final List<String> servers;
    private final long[] derived;  // two a chunk
    private final long[][] copies; // of each chunk: server, given id, server, given id, ...
    private boolean isUseless = true;

    private PutJournal(Path path, FileChannel channel, List<String> servers, int count) {
        this.path = path;
        this.channel = channel;
        this.servers = servers;
        this.derived = new long[2 * count];
        this.copies = new long[count][];
    }

    /** Hears of copies that are noted. */
    interface Recall {
        void noted(int server, ChunkId given);
    }

    /** Opens or makes the journal of a file of {@code count} chunks; fails when another process has it. */
    static PutJournal open(Path path, List<String> servers, int count, Instant now) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            if (channel.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            PutJournal journal = new PutJournal(path, channel, servers, count);
            journal.begin(now);
            return journal;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("another put is storing this file: " + path + " is locked", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Tells {@code listener} of the copies of a chunk that still has this id. */
    void recall(int order, ChunkId id, Recall listener) {
        long[] known = copies[order];
        if (known != null && isDerived(order, id)) {
            for (int i = 0; i < known.length; i += ACK_LONGS) {
                listener.noted((int) known[i], new ChunkId(new UUID(known[i + 1], known[i + 2])));
            }
        }
    }

    /** Notes one copy: of the chunk whose bytes have the id {@code own}, kept by a server as {@code given}. */
    synchronized void append(int order, int server, ChunkId own, ChunkId given) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).putInt(order).putInt(server).put(own.toRfc())
                .put(given.toRfc());
        record.putInt(crc(record.array(), RECORD_BYTES - Integer.BYTES)).flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
        isUseless = false;
    }

    /** All is done: it will be deleted when it is closed. */
    synchronized void discard() {
        isUseless = true;
    }

    /** Deletes the file as well where it names no copy. */
    @Override
    public synchronized void close() throws IOException {
        if (isUseless) {
            Files.deleteIfExists(path);  // while it is still locked: nobody else's is deleted
        }
        channel.close();
    }

    private void begin(Instant now) throws IOException {
        ByteBuffer header = read(channel, 0, HEADER_BYTES);
        int compared = Math.min(header.remaining(), MAGIC.length);
        if (!header.slice(0, compared).equals(ByteBuffer.wrap(MAGIC, 0, compared))) {
            throw new IOException(path + " is in the way: it was not left by an interrupted put");
        }
        int length = header.remaining() == HEADER_BYTES ? header.getInt(MAGIC.length) : -1;
        if (length < 0 || length > MOST_NAMES_BYTES || channel.size() < HEADER_BYTES + length) {
            rewrite(now);
            return;
        }
        ByteBuffer names = read(channel, HEADER_BYTES, length);
        List<String> lines = List.of(StandardCharsets.UTF_8.decode(names).toString().split("\n"));
        if (Instant.parse(lines.get(0)).plus(VALID).isBefore(now)) {
            rewrite(now);
            return;
        }
        List<String> known = lines.subList(1, lines.size());
        long end = load(HEADER_BYTES + length, known);
        isUseless = end == HEADER_BYTES + length;
        channel.truncate(end);
        channel.position(end);
        if (!known.equals(servers)) {
            rewrite(Instant.parse(lines.get(0)));
        }
    }

    /** Reads records up to the first that is not whole; returns where that begins. */
    private long load(long from, List<String> known) throws IOException {
        long good = from;
        while (true) {
            ByteBuffer buffer = read(channel, good, READ_BYTES);
            if (buffer.remaining() < RECORD_BYTES) {
                return good;
            }
            while (buffer.remaining() >= RECORD_BYTES) {
                byte[] record = new byte[RECORD_BYTES];
                buffer.get(record);
                ByteBuffer fields = ByteBuffer.wrap(record);
                if (fields.getInt(RECORD_BYTES - Integer.BYTES) != crc(record, RECORD_BYTES - Integer.BYTES)) {
                    return good;
                }
                int order = fields.getInt();
                int server = fields.getInt();
                String name = server >= 0 && server < known.size() ? known.get(server) : "";
                remember(order, servers.indexOf(name), fields.getLong(), fields.getLong(), fields.getLong(), fields.getLong());
                good += RECORD_BYTES;
            }
        }
    }

    private void remember(int order, int server, long high, long low, long givenHigh, long givenLow) {
        if (order < 0 || order >= copies.length || server < 0) {
            return;
        }
        long[] known = copies[order];
        if (known == null || derived[2 * order] != high || derived[2 * order + 1] != low) {
            known = new long[0];  // the first copy, or the file has changed since the others were stored
        }
        for (int i = 0; i < known.length; i += ACK_LONGS) {
            if (known[i] == server) {
                return;
            }
        }
        derived[2 * order] = high;
        derived[2 * order + 1] = low;
        copies[order] = Arrays.copyOf(known, known.length + ACK_LONGS);
        copies[order][known.length] = server;
        copies[order][known.length + 1] = givenHigh;
        copies[order][known.length + 2] = givenLow;
    }

    /** Begins the file anew with what is remembered. */
    private void rewrite(Instant begun) throws IOException {
        byte[] names = (begun + "\n" + String.join("\n", servers)).getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        channel.position(0);
        channel.write(ByteBuffer.allocate(HEADER_BYTES + names.length).put(MAGIC).putInt(names.length).put(names).flip());
        for (int order = 0; order < copies.length; order++) {
            long[] known = copies[order] == null ? new long[0] : copies[order];
            ChunkId own = new ChunkId(new UUID(derived[2 * order], derived[2 * order + 1]));
            for (int i = 0; i < known.length; i += ACK_LONGS) {
                append(order, (int) known[i], own, new ChunkId(new UUID(known[i + 1], known[i + 2])));
            }
        }
    }

    private boolean isDerived(int order, ChunkId id) {
        return derived[2 * order] == id.uuid().getMostSignificantBits()
                && derived[2 * order + 1] == id.uuid().getLeastSignificantBits();
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
            continue;
        }
        return buffer.flip();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
