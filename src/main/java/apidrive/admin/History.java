package apidrive.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import apidrive.job.Job;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;

/** What this WAR did in the last hour, by samples five seconds apart, from its own metrics. Threads may share it. */
public final class History implements Job, AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final int KEPT = 720;  // an hour
    private static final double NONE = 0;

    /**
     * Five seconds.
     *
     * @param at          their end
     * @param stores      chunks stored a second
     * @param retrieves   chunks retrieved a second
     * @param storeMs     what half, and 99 of a hundred, of the stores of the last minutes took at most
     * @param retrieveMs  the same of retrievals
     * @param queue       chunks and retrievals that wait for the database
     * @param inFlight    requests under way
     * @param refusals    requests a second that were answered 4xx
     * @param failures    requests a second that were answered 5xx
     */
    public record Sample(Instant at, double stores, double retrieves, Latency storeMs, Latency retrieveMs, long queue,
            long inFlight, double refusals, double failures) {
    }

    /** Milliseconds. */
    public record Latency(double p50, double p99) {
    }

    /** Counters as they stood at a moment. */
    private record Totals(Instant at, long stores, long retrieves, long refusals, long failures) {
    }

    private final MeterRegistry metrics;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Totals last;
    private boolean isClosed;

    public History(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public String duty() {
        return "Takes the samples of the last hour's charts";
    }

    @Override
    public synchronized Duration step(Instant now) {
        Totals totals = new Totals(now, timer("apidrive.store").count(), timer("apidrive.retrieve").count(),
                answered(status -> status.startsWith("4")), answered(status -> status.startsWith("5")));
        double seconds = last == null ? NONE : Duration.between(last.at(), now).toNanos() / 1e9;
        if (seconds > 0) {
            samples.addLast(new Sample(now, (totals.stores() - last.stores()) / seconds,
                    (totals.retrieves() - last.retrieves()) / seconds, latency("apidrive.store"),
                    latency("apidrive.retrieve"), gauge("apidrive.store.queue") + gauge("apidrive.retrieve.queue"),
                    gauge("apidrive.http.requests.active"), (totals.refusals() - last.refusals()) / seconds,
                    (totals.failures() - last.failures()) / seconds));
            if (samples.size() > KEPT) {
                samples.removeFirst();
            }
            notifyAll();
        }
        last = totals;
        return INTERVAL;
    }

    /** The samples of the last hour, the oldest first. */
    public synchronized List<Sample> all() {
        return List.copyOf(samples);
    }

    /** Waits for a sample taken after {@code after}, at most so long; empty when none came, or the node is stopping. */
    public synchronized Optional<Sample> await(Instant after, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (!isClosed && (samples.isEmpty() || !samples.peekLast().at().isAfter(after))) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        return isClosed ? Optional.empty() : Optional.of(samples.peekLast());
    }

    /** Whether {@link #await} will bring nothing more. */
    public synchronized boolean isClosed() {
        return isClosed;
    }

    /** Ends every {@link #await}. */
    @Override
    public synchronized void close() {
        isClosed = true;
        notifyAll();
    }

    private Timer timer(String name) {
        return metrics.get(name).timer();
    }

    private long gauge(String name) {
        return (long) metrics.get(name).gauge().value();
    }

    private long answered(Predicate<String> status) {
        return metrics.find("apidrive.http.requests").timers().stream()
                .filter(timer -> status.test(timer.getId().getTag("status"))).mapToLong(Timer::count).sum();
    }

    private Latency latency(String name) {
        double p50 = NONE;
        double p99 = NONE;
        for (ValueAtPercentile value : timer(name).takeSnapshot().percentileValues()) {
            p50 = value.percentile() == 0.5 ? value.value(TimeUnit.MILLISECONDS) : p50;
            p99 = value.percentile() == 0.99 ? value.value(TimeUnit.MILLISECONDS) : p99;
        }
        return new Latency(p50, p99);
    }
}
