package apidrive.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

import apidrive.wire.Chunk;

/** A file cut into chunks of 65,536 bytes, the last one shorter. Threads may share it. */
public final class ChunkedFile implements Closeable {
    private final Path path;
    private final FileChannel channel;
    private final long length;
    private final FileTime modified;

    private ChunkedFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.length = channel.size();
        this.modified = Files.getLastModifiedTime(path);
    }

    /** Opens a regular file; a link to one will do. */
    public static ChunkedFile open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException(path + " is not a regular file, so its length is not known beforehand");
        }
        return new ChunkedFile(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    /** Bytes when it was opened. */
    public long length() {
        return length;
    }

    /** Chunks; none of an empty file. */
    public int count() {
        return (int) ((length + Chunk.MAX_BYTES - 1) / Chunk.MAX_BYTES);
    }

    /** Bytes of the chunk, 1 to 65,536. */
    public int size(int order) {
        return (int) Math.min(Chunk.MAX_BYTES, length - (long) Chunk.MAX_BYTES * order);
    }

    /** Reads the chunk into {@code into} from {@code offset}; fails when the file has become shorter. */
    public void read(int order, byte[] into, int offset) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, size(order));
        long position = (long) Chunk.MAX_BYTES * order;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, position);
            if (read < 0) {
                throw new IOException(path + " became shorter while it was read");
            }
            position += read;
        }
    }

    /** Whether length and time of the last change are still those of when it was opened. */
    public boolean isUnchanged() throws IOException {
        return channel.size() == length && Files.getLastModifiedTime(path).equals(modified);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
