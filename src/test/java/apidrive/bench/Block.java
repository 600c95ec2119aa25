package apidrive.bench;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * 64 KiB of bytes that nothing compresses, different each time from all others of this run: a random block made once, in
 * which a number counts up at several places. For one thread.
 */
final class Block {
    static final int BYTES = 65_536;
    private static final int EVERY = 8_192;  // bytes between stamps
    private static final long RUN = System.nanoTime() << 24;
    private static final AtomicLong COUNT = new AtomicLong();

    private final byte[] bytes;
    private final int offset;

    /** A block within {@code bytes}, from {@code offset}. */
    Block(byte[] bytes, int offset) {
        this.bytes = bytes;
        this.offset = offset;
        byte[] random = new byte[BYTES];
        new Random(RUN + COUNT.incrementAndGet()).nextBytes(random);
        System.arraycopy(random, 0, bytes, offset, BYTES);
    }

    Block() {
        this(new byte[BYTES], 0);
    }

    /** Makes it another one, and returns the array it stands in. */
    byte[] next() {
        long number = RUN + COUNT.incrementAndGet();
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, BYTES);
        for (int at = 0; at < BYTES; at += EVERY) {
            buffer.putLong(offset + at, number);
        }
        return bytes;
    }
}
