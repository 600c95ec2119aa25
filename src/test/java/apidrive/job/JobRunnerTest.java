package apidrive.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobRunnerTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration NEVER = Duration.ofDays(1_000);

    private final JobRunner runner = new JobRunner(() -> NOON);

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void a_job_steps_at_once_and_again_without_a_pause_while_it_says_there_is_more() {
        AtomicInteger left = new AtomicInteger(1_000);
        runner.start(job("busy", now -> left.decrementAndGet() > 0 ? Duration.ZERO : NEVER));

        Awaitility.await().until(() -> left.get() == 0);
        Awaitility.await().untilAsserted(() -> assertThat(status("busy").steps()).isEqualTo(1_000));
        assertThat(status("busy").lastRun()).contains(NOON);
        assertThat(status("busy").lastError()).isEmpty();
    }

    @Test
    void a_step_that_throws_is_told_and_tried_again() {
        AtomicBoolean broken = new AtomicBoolean(true);
        runner.start(job("shaky", now -> {
            if (broken.get()) {
                throw new IllegalStateException("not today");
            }
            return NEVER;
        }));
        Awaitility.await().untilAsserted(() -> assertThat(status("shaky").lastError()).hasValueSatisfying(
                error -> assertThat(error).contains("not today")));
        broken.set(false);
        Awaitility.await().untilAsserted(() -> assertThat(status("shaky").steps()).isEqualTo(1));

        assertThat(status("shaky").failures()).isPositive();
        assertThat(status("shaky").lastError()).isEmpty();
    }

    @Test
    void how_far_a_job_has_come_is_told_as_of_its_last_step() {
        Progress half = new Progress(5, 10, "things");
        runner.start(new Told("long", now -> NEVER, Optional.of(half)));

        Awaitility.await().untilAsserted(() -> assertThat(status("long").steps()).isEqualTo(1));
        assertThat(status("long").progress()).contains(half);
    }

    @Test
    void an_error_of_the_virtual_machine_does_not_end_a_job() {
        AtomicInteger runs = new AtomicInteger();
        runner.start(job("hit", now -> {
            if (runs.incrementAndGet() == 1) {
                throw new StackOverflowError("deep");
            }
            return NEVER;
        }));

        Awaitility.await().untilAsserted(() -> assertThat(status("hit").steps()).isEqualTo(1));
    }

    @Test
    void one_slow_job_does_not_hold_up_another() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        runner.start(job("slow", now -> {
            hold(release);
            return NEVER;
        }));
        runner.start(job("quick", now -> NEVER));

        Awaitility.await().untilAsserted(() -> assertThat(status("quick").steps()).isEqualTo(1));
        assertThat(status("slow").steps()).isZero();
        release.countDown();
    }

    @Test
    void closing_waits_for_the_running_step_and_starts_no_other() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        runner.start(job("long", now -> {
            running.countDown();
            hold(release);
            ended.incrementAndGet();
            return Duration.ZERO;
        }));
        running.await();
        Thread closer = new Thread(runner::close);
        closer.start();
        Awaitility.await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        closer.join(20_000);

        assertThat(ended).hasValue(1);
    }

    @Test
    void a_job_that_is_told_to_steps_now_once_and_only_after_the_step_under_way() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        runner.start(job("told", now -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            if (runs.incrementAndGet() == 1) {
                hold(release);
            }
            atOnce.decrementAndGet();
            return NEVER;
        }));
        Awaitility.await().until(() -> status("told").isRunning());
        assertThat(runner.runNow("told")).isTrue();
        release.countDown();
        Awaitility.await().until(() -> status("told").nextRun().isPresent());
        assertThat(status("told").nextRun()).contains(NOON.plus(NEVER));
        for (int i = 0; i < 50; i++) {
            runner.runNow("told");
        }

        Awaitility.await().untilAsserted(() -> assertThat(status("told").steps()).isGreaterThan(1));
        Awaitility.await().until(() -> status("told").nextRun().filter(NOON.plus(NEVER)::equals).isPresent());
        assertThat(most).hasValue(1);
        assertThat(runner.runNow("unknown")).isFalse();
    }

    private JobRunner.Status status(String name) {
        return runner.statuses().stream().filter(status -> status.name().equals(name)).findFirst().orElseThrow();
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Job job(String name, Function<Instant, Duration> step) {
        return new Told(name, step, Optional.empty());
    }

    private record Told(String name, Function<Instant, Duration> work, Optional<Progress> progress) implements Job {
        @Override
        public String duty() {
            return "does " + name;
        }

        @Override
        public Duration step(Instant now) {
            return work.apply(now);
        }
    }
}
