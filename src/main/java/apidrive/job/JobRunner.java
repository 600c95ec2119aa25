package apidrive.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs jobs until it is closed. A step that throws is logged and tried again after a pause that doubles. */
public final class JobRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final int THREADS = 2;  // so that one long step does not hold up the short ones
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    /**
     * What is known of one job.
     *
     * @param steps     steps that ended well since the start
     * @param failures  steps that threw since the start
     * @param lastRun   when the last step began; empty before the first
     * @param lastError why the last step failed; empty when it did not
     */
    public record Status(String name, long steps, long failures, Optional<Instant> lastRun, Optional<String> lastError) {
    }

    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor executor;
    private final List<Running> jobs = new ArrayList<>();

    public JobRunner(InstantSource clock) {
        this.clock = clock;
        this.executor = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "apidrive-job");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Begins to run {@code job}, its first step at once. */
    public void start(Job job) {
        Running running = new Running(job);
        synchronized (jobs) {
            jobs.add(running);
        }
        running.schedule(Duration.ZERO);
    }

    /** Every job, in the order started. */
    public List<Status> statuses() {
        synchronized (jobs) {
            return jobs.stream().map(running -> running.status).toList();
        }
    }

    /** Lets running steps end, for at most 20 seconds, and starts no more. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a job did not stop within {}", STOP_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Running implements Runnable {
        private final Job job;
        private volatile Status status;
        private Duration pause = FIRST_PAUSE;

        Running(Job job) {
            this.job = job;
            this.status = new Status(job.name(), 0, 0, Optional.empty(), Optional.empty());
        }

        void schedule(Duration wait) {
            try {
                executor.schedule(this, wait.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("job ends name={}", job.name());
            }
        }

        @Override
        public void run() {
            Instant began = clock.instant();
            Status before = status;
            Duration wait;
            try {
                wait = job.step(began);
                status = new Status(before.name(), before.steps() + 1, before.failures(), Optional.of(began),
                        Optional.empty());
                pause = FIRST_PAUSE;
            } catch (RuntimeException | Error e) {
                status = new Status(before.name(), before.steps(), before.failures() + 1, Optional.of(began),
                        Optional.of(e.toString()));
                LOG.warn("job failed name={} retry_after={}", before.name(), pause, e);
                wait = pause;
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
            schedule(wait);
        }
    }
}
