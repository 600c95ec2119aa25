package apidrive.door.dtfc;

import static apidrive.problem.Problem.RATE_LIMITED;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How much one address, or one user, is served at once, so that it leaves room for others. Threads share it. */
final class Crowd {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final int most;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /** {@code most} requests of an address at once; 0 for any number. */
    Crowd(int most) {
        this.most = most;
    }

    /**
     * One request, of an address as {@link apidrive.access.ClientAddresses} tells it, or of a user; {@link #leave} must follow. Throws
     * RATE_LIMITED.
     */
    void enter(String client) {
        if (underWay.merge(client, 1, Integer::sum) > most && most > 0) {
            leave(client);
            throw RATE_LIMITED.because("this client is served " + most + " times at once already", RETRY);
        }
    }

    void leave(String client) {
        underWay.computeIfPresent(client, (same, count) -> count == 1 ? null : count - 1);
    }
}
