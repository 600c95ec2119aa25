package apidrive.manifest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Has the system write a growing file to disk while more comes, so that the last flush is short. Threads may share it.
 * A failure is kept for {@link #finish}: the system tells of a page that it could not write only once.
 */
final class WriteBehind implements Closeable {
    private static final long BYTES_A_FLUSH = 64 << 20;
    private static final long STOP_SECONDS = 60;

    private final FileChannel channel;
    private final ExecutorService flusher;
    private long unflushed;
    private boolean isFlushing;
    private IOException failure;

    WriteBehind(FileChannel channel) {
        this.channel = channel;
        this.flusher = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "apidrive-flush");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** So many bytes were written. */
    synchronized void wrote(int bytes) {
        unflushed += bytes;
        if (unflushed >= BYTES_A_FLUSH && !isFlushing) {
            unflushed = 0;
            isFlushing = true;
            flusher.execute(this::flush);
        }
    }

    /** Makes all that was written durable; throws what kept any of it from being so. */
    void finish() throws IOException {
        close();
        channel.force(true);
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Waits for a flush that is under way; does nothing the second time. */
    @Override
    public void close() throws IOException {
        flusher.shutdown();
        try {
            if (!flusher.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the disk took longer than " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the file was written to disk", e);
        }
    }

    private void flush() {
        try {
            channel.force(false);
        } catch (IOException e) {
            synchronized (this) {
                failure = e;
            }
        }
        synchronized (this) {
            isFlushing = false;
        }
    }
}
