package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/** The one thread of a simulated world: what is to happen when, and the time that no node's clock shows. */
final class Timeline {
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");
    private static final int DEEPEST = 4;  // calls that may wait for one another while time passes

    private record Event(long at, long serial, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(serial, other.serial) : Long.compare(at, other.at);
        }
    }

    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Consumer<String> trace;
    private Duration slept = Duration.ZERO;
    private long now;
    private long serial;
    private int depth;
    private long hash = 17;

    /** {@code trace} is told what happens; null for nobody. */
    Timeline(long seed, Consumer<String> trace) {
        this.random = new Random(seed);
        this.trace = trace;
    }

    /** Milliseconds in which anything could happen. */
    long millis() {
        return now;
    }

    /** True time. */
    Instant time() {
        return BEGIN.plusMillis(now).plus(slept);
    }

    /** All the world sleeps: true time goes on, and nothing else. */
    void sleep(Duration duration) {
        slept = slept.plus(duration);
    }

    void after(long millis, Runnable action) {
        events.add(new Event(now + millis, serial++, action));
    }

    /** What is due until then happens. */
    void run(long until) {
        while (!events.isEmpty() && events.peek().at() <= until) {
            next();
        }
        now = Math.max(now, until);
    }

    /** A call takes so long: meanwhile what is due happens, as it would in other threads. */
    void pass(long millis) {
        if (depth == DEEPEST) {
            return;
        }
        depth++;
        try {
            run(now + millis);
        } finally {
            depth--;
        }
    }

    /** Whether a call is under way. */
    boolean isCalling() {
        return depth > 0;
    }

    /** True once in {@code 1 / chance} draws. */
    boolean chance(double chance) {
        return chance > 0 && random.nextDouble() < chance;
    }

    long between(long least, long most) {
        return least + (long) (random.nextDouble() * (most - least));
    }

    void tell(String event) {
        hash = hash * 31 + event.hashCode();
        if (trace != null) {
            trace.accept(String.format("%,11d ms  %s", now, event));
        }
    }

    /** What was told until now, as a number: the same for the same run. */
    long hash() {
        return hash * 31 + now;
    }

    boolean isTraced() {
        return trace != null;
    }

    private void next() {
        Event event = events.poll();
        now = Math.max(now, event.at());
        event.action().run();
    }
}
