package apidrive.chunk;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory outside of the heap, within a bound that counts what the garbage collector has still to free: a buffer that was
 * freed by hand could be written over while the system sends it. Threads share it.
 */
final class DirectRoom {
    private static final Cleaner FREED = Cleaner.create();
    private static final long NONE_LEFT = Long.MAX_VALUE / 2;

    private final AtomicLong taken = new AtomicLong();
    private final long most;

    /** Gives out at most {@code most} bytes at a time. */
    DirectRoom(long most) {
        this.most = most;
    }

    /** A buffer of so many bytes, given back when nobody holds it or a part of it; empty where there is no room. */
    Optional<ByteBuffer> take(int bytes) {
        AtomicLong count = taken;
        if (count.addAndGet(bytes) > most) {
            count.addAndGet(-bytes);
            return Optional.empty();
        }
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
            FREED.register(buffer, () -> count.addAndGet(-bytes));
            return Optional.of(buffer);
        } catch (OutOfMemoryError e) {
            count.set(NONE_LEFT);  // -XX:MaxDirectMemorySize is lower, and Java collects garbage before each refusal
            return Optional.empty();
        }
    }
}
