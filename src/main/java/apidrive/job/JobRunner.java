package apidrive.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs jobs until it is closed. A step that throws is logged and tried again after a pause that doubles. */
public final class JobRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final int THREADS = 6;  // some steps wait for other servers: they do not hold up the short ones
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    /**
     * What is known of one job.
     *
     * @param duty      what the job is for
     * @param steps     steps that ended well since the start
     * @param failures  steps that threw since the start
     * @param inARow    steps since it last had nothing at hand: 0 at rest
     * @param isRunning whether a step is under way
     * @param lastRun   when the last step began; empty before the first
     * @param lastTook  how long it took; empty before the first has ended
     * @param nextRun   when the next is due; empty while one is under way
     * @param lastError why the last step failed; empty when it did not
     * @param progress  how far it has come, as of the last step; empty at rest
     */
    public record Status(String name, String duty, long steps, long failures, long inARow, boolean isRunning,
            Optional<Instant> lastRun, Optional<Duration> lastTook, Optional<Instant> nextRun,
            Optional<String> lastError, Optional<Progress> progress) {
        private static Status ofNew(Job job) {
            return new Status(job.name(), job.duty(), 0, 0, 0, false, Optional.empty(), Optional.empty(), Optional.empty(),
                    Optional.empty(), Optional.empty());
        }

        private Status began(Instant now) {
            return new Status(name, duty, steps, failures, inARow, true, Optional.of(now), lastTook, Optional.empty(), lastError,
                    progress);
        }

        private Status ended(Duration took, Duration wait, Optional<Progress> reached) {
            return new Status(name, duty, steps + 1, failures, wait.isZero() ? inARow + 1 : 0, false, lastRun,
                    Optional.of(took), Optional.empty(), Optional.empty(), reached);
        }

        private Status failed(Duration took, Throwable why) {
            return new Status(name, duty, steps, failures + 1, 0, false, lastRun, Optional.of(took), Optional.empty(),
                    Optional.of(why.toString()), progress);
        }

        private Status due(Instant next) {
            return new Status(name, duty, steps, failures, inARow, isRunning, lastRun, lastTook, Optional.of(next), lastError,
                    progress);
        }
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

    /** Makes the job's next step due now; does nothing while one is under way. False when there is no such job. */
    public boolean runNow(String name) {
        synchronized (jobs) {
            Optional<Running> found = jobs.stream().filter(running -> running.job.name().equals(name)).findFirst();
            found.ifPresent(Running::hurry);
            return found.isPresent();
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
        private Future<?> next;
        private boolean isDue;  // until a step takes it: two that were scheduled are one

        Running(Job job) {
            this.job = job;
            this.status = Status.ofNew(job);
        }

        synchronized void schedule(Duration wait) {
            try {
                status = status.due(clock.instant().plus(wait));
                isDue = true;
                next = executor.schedule(this, wait.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("job ends name={}", job.name());
            }
        }

        synchronized void hurry() {
            if (isDue) {
                next.cancel(false);
                schedule(Duration.ZERO);
            }
        }

        @Override
        public void run() {
            Instant began = clock.instant();
            if (!begin(began)) {
                return;
            }
            long beganNanos = System.nanoTime();
            Duration wait;
            try {
                wait = job.step(began);
                status = status.ended(Duration.ofNanos(System.nanoTime() - beganNanos), wait, job.progress());
                pause = FIRST_PAUSE;
            } catch (RuntimeException | Error e) {
                status = status.failed(Duration.ofNanos(System.nanoTime() - beganNanos), e);
                LOG.warn("job failed name={} retry_after={}", job.name(), pause, e);
                wait = pause;
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
            schedule(wait);
        }

        private synchronized boolean begin(Instant now) {
            boolean begins = isDue;
            if (begins) {
                isDue = false;
                status = status.began(now);
            }
            return begins;
        }
    }
}
