package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Lets a few through at a time and a bounded number wait; whoever comes beyond that is turned away at once. */
final class Turnstile {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Semaphore passing;
    private final int queue;
    private final AtomicInteger waiting = new AtomicInteger();

    /** At most {@code width} at once and {@code queue} waiting. */
    Turnstile(int width, int queue) {
        this.passing = new Semaphore(width);
        this.queue = queue;
    }

    /** Runs {@code work} when it is its turn; throws BUSY when the queue is full or the turn does not come in 10 s. */
    <T> T pass(Supplier<T> work) {
        if (!passing.tryAcquire()) {
            await();
        }
        try {
            return work.get();
        } finally {
            passing.release();
        }
    }

    /** How many wait now. */
    int waiting() {
        return waiting.get();
    }

    private void await() {
        try {
            if (waiting.incrementAndGet() > queue || !passing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw BUSY.because("too many retrievals are waiting for the database", RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BUSY.because("the node is stopping", RETRY, e);
        } finally {
            waiting.decrementAndGet();
        }
    }
}
