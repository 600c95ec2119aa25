package apidrive.object;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/** How many transfers there may be at once, each of which holds a thread of the server for as long as its client takes. */
public final class Places {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final String what;
    private final int most;
    private final Semaphore free;

    /** For {@code most} of {@code what}, in the plural. */
    public Places(String what, int most) {
        this.what = what;
        this.most = most;
        this.free = new Semaphore(most);
    }

    /** One of them, until it is given back. */
    public final class Place implements AutoCloseable {
        private boolean isTaken = true;

        private Place() {
        }

        /** Gives it back; does nothing the second time. */
        @Override
        public synchronized void close() {
            if (isTaken) {
                isTaken = false;
                free.release();
            }
        }
    }

    /** Throws BUSY when all are taken. */
    public Place take() {
        if (!free.tryAcquire()) {
            throw BUSY.because("there are " + most + " " + what + " already, which is all that this node serves at once", RETRY);
        }
        return new Place();
    }

    /** Places taken now. */
    public int taken() {
        return most - free.availablePermits();
    }
}
