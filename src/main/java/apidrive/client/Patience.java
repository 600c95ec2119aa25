package apidrive.client;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** How long one chunk may take, counted from when it was begun. */
final class Patience {
    private static final long LONGEST_SLEEP_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long SHORTEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final long untilNanos;
    private Throwable lastFailure;

    Patience(Duration patience) {
        this.untilNanos = System.nanoTime() + patience.toNanos();
    }

    /** Remembers why it is taking so long. */
    void noteFailure(Throwable failure) {
        lastFailure = failure;
    }

    /** Waits until one of {@code servers} may be asked again; fails with INCOMPLETE when time is up. */
    void await(Collection<Server> servers, String what) throws InterruptedException {
        if (System.nanoTime() > untilNanos) {
            throw Failure.incomplete(what + " took too long: " + reason() + ". Run the same command again to go on",
                    lastFailure);
        }
        long rest = servers.stream().mapToLong(Server::restNanos).min().orElse(0);
        TimeUnit.NANOSECONDS.sleep(Math.max(SHORTEST_SLEEP_NANOS, Math.min(LONGEST_SLEEP_NANOS, rest)));
    }

    /** Why the last try failed, in words. */
    String reason() {
        Throwable cause = lastFailure;
        while (cause != null && cause.getCause() != null && !(cause instanceof Network.BadAnswer)) {
            cause = cause.getCause();
        }
        return cause == null ? "no server answered" : cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
