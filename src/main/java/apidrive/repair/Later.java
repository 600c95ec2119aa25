package apidrive.repair;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs each task some time after it was handed over, all after the same, on one thread; up to an eighth late. Handing over is
 * no more than joining a queue, and seldom wakes anybody: most of these tasks find nothing to do.
 */
public final class Later implements Executor, AutoCloseable {
    private static final int TICKS = 8;  // in a delay

    private record Waiting(Runnable task, long dueNanos) {
    }

    private final long delayNanos;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isLooking = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "apidrive-later");
        thread.setDaemon(true);
        return thread;
    });

    /** Tasks must be short, and throw nothing. */
    public Later(Duration delay) {
        this.delayNanos = delay.toNanos();
    }

    @Override
    public void execute(Runnable task) {
        queue.add(new Waiting(task, System.nanoTime() + delayNanos));
        lookLater();
    }

    /** What waits is forgotten. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void lookLater() {
        if (!isLooking.get() && isLooking.compareAndSet(false, true)) {
            try {
                timer.schedule(this::runDue, delayNanos / TICKS, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                queue.clear();  // it is closed
            }
        }
    }

    private void runDue() {
        for (Waiting first = queue.peek(); first != null && first.dueNanos() - System.nanoTime() <= 0; first = queue.peek()) {
            queue.poll().task().run();
        }
        isLooking.set(false);
        if (!queue.isEmpty()) {
            lookLater();
        }
    }
}
