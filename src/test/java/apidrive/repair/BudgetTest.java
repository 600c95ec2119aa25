package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final double RATE = 1_000_000;

    private double latency = Double.NaN;
    private final Budget budget = new Budget(RATE, () -> latency);

    @Test
    void what_was_moved_is_paid_for_by_waiting() {
        assertThat(budget.wait(NOON)).isZero();
        budget.spend(3_000_000, NOON);

        assertThat(budget.wait(NOON).toMillis()).isCloseTo(3_000, within(10L));
        assertThat(budget.wait(NOON.plusMillis(1_500)).toMillis()).isCloseTo(1_500, within(10L));
        assertThat(budget.wait(NOON.plusMillis(3_010))).isZero();
    }

    @Test
    void over_an_hour_no_more_is_moved_than_the_rate_and_one_second_of_it() {
        long moved = 0;
        Instant now = NOON;
        while (now.isBefore(NOON.plusSeconds(3_600))) {
            Duration wait = budget.wait(now);
            if (wait.isZero()) {
                budget.spend(65_536, now);
                moved += 65_536;
            } else {
                now = now.plus(wait);
            }
        }

        assertThat(moved / RATE).isBetween(3_590.0, 3_602.0);
    }

    @Test
    void rest_is_not_saved_up_beyond_a_second() {
        budget.wait(NOON);
        budget.spend(2_000_000, NOON.plusSeconds(86_400));

        assertThat(budget.wait(NOON.plusSeconds(86_400)).toMillis()).isCloseTo(1_000, within(10L));
    }

    @Test
    void gives_way_while_users_wait_far_longer_than_usual_and_comes_back_by_and_by() {
        latency = 10;
        seconds(0, 20);
        assertThat(budget.rate()).isEqualTo(RATE);
        latency = 100;
        seconds(20, 30);
        assertThat(budget.rate()).isEqualTo(RATE / 32);
        latency = 10;
        seconds(30, 35);
        assertThat(budget.rate()).isBetween(RATE / 5, RATE / 2);
        seconds(35, 60);
        assertThat(budget.rate()).isEqualTo(RATE);
    }

    @Test
    void latency_that_nobody_notices_is_no_reason() {
        latency = 0.2;
        seconds(0, 20);
        latency = 4;
        seconds(20, 30);

        assertThat(budget.rate()).isEqualTo(RATE);
    }

    @Test
    void a_clock_that_is_set_back_by_days_stops_nothing() {
        budget.spend(65_536, NOON);
        assertThat(budget.wait(NOON.minus(Duration.ofDays(3))).compareTo(Duration.ofSeconds(1))).isNegative();
        assertThat(budget.wait(NOON.minus(Duration.ofDays(3)).plusSeconds(1))).isZero();
    }

    private void seconds(int from, int to) {
        for (int second = from; second < to; second++) {
            budget.wait(NOON.plusSeconds(second));
        }
    }
}
