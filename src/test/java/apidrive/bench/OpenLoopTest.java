package apidrive.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private static final Duration TIME = Duration.ofMillis(200);
    private static final int HANG_MILLIS = 100;

    @Test
    void an_answer_that_hangs_counts_for_all_that_wait_behind_it() throws Exception {
        AtomicBoolean hung = new AtomicBoolean();
        OneConnection server = new OneConnection(() -> {
            if (hung.compareAndSet(false, true)) {
                Thread.sleep(HANG_MILLIS);
            }
        });

        OpenLoop result = OpenLoop.run(server, Arrivals.within(TIME, 500));

        // A closed loop would see one slow answer of a hundred; the first half of the arrivals fell into the time it hung.
        assertThat(result.millis(75)).isGreaterThan(HANG_MILLIS / 10.0);
        assertThat(result.millis(100)).isGreaterThan(HANG_MILLIS * 0.9);
    }

    @Test
    void every_arrival_is_asked_once_and_the_rate_is_held() throws Exception {
        AtomicInteger asked = new AtomicInteger();

        OpenLoop result = OpenLoop.run(new OneConnection(asked::incrementAndGet), Arrivals.within(TIME, 500));

        assertThat(asked).hasValue(100);
        assertThat(result.latencies().getTotalCount()).isEqualTo(100);
        assertThat(result.achieved()).isBetween(25.0, 510.0);
    }

    @Test
    void a_rate_beyond_the_contender_shows_as_not_achieved() throws Exception {
        OpenLoop result = OpenLoop.run(new OneConnection(() -> Thread.sleep(5)), Arrivals.within(Duration.ofMillis(50), 1_000));

        assertThat(result.achieved()).isLessThan(250);
    }

    private interface Answer {
        void give() throws Exception;
    }

    /** One connection to what answers as it was told. */
    private record OneConnection(Answer answer) implements Contender {
        @Override
        public String name() {
            return "one connection";
        }

        @Override
        public int clients() {
            return 1;
        }

        @Override
        public Worker worker(int number) {
            return () -> {
                answer.give();
                return 1;
            };
        }
    }
}
