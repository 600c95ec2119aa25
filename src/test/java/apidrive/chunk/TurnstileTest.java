package apidrive.chunk;

import static apidrive.problem.Problem.BUSY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.problem.ProblemException;

@Timeout(30)
class TurnstileTest {
    private final ExecutorService others = Executors.newCachedThreadPool();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    @AfterEach
    void close() {
        leave.countDown();
        others.shutdown();
    }

    @Test
    void returns_what_the_work_returns() {
        assertThat(new Turnstile(1, 0).pass(() -> "done")).isEqualTo("done");
    }

    @Test
    void lets_the_next_through_when_one_has_left() throws Exception {
        Turnstile turnstile = new Turnstile(1, 1);
        Future<String> first = others.submit(() -> turnstile.pass(this::stay));
        inside.await();
        Future<String> second = others.submit(() -> turnstile.pass(() -> "second"));
        await().until(() -> turnstile.waiting() == 1);
        assertThat(second).isNotDone();
        leave.countDown();

        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(turnstile.waiting()).isZero();
    }

    @Test
    void turns_away_at_once_whoever_the_queue_has_no_room_for() throws Exception {
        Turnstile turnstile = new Turnstile(1, 0);
        others.submit(() -> turnstile.pass(this::stay));
        inside.await();

        assertThatThrownBy(() -> turnstile.pass(() -> "too many")).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isEqualTo(BUSY));
        assertThat(turnstile.waiting()).isZero();
    }

    @Test
    void work_that_throws_leaves_too() {
        Turnstile turnstile = new Turnstile(1, 0);
        assertThatThrownBy(() -> turnstile.pass(() -> {
            throw new IllegalArgumentException("broken");
        })).hasMessage("broken");

        assertThat(turnstile.pass(() -> "next")).isEqualTo("next");
    }

    private String stay() {
        inside.countDown();
        try {
            leave.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return "first";
    }
}
