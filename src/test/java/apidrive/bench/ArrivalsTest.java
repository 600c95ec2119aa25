package apidrive.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
    @Test
    void are_evenly_apart_from_the_start_on() {
        Arrivals arrivals = new Arrivals(4, 3);
        arrivals.begin(1_000);

        assertThat(all(arrivals)).containsExactly(1_000L, 250_001_000L, 500_001_000L);
    }

    @Test
    void are_as_many_as_are_due_within_the_time() {
        assertThat(all(Arrivals.within(Duration.ofSeconds(2), 1.5))).hasSize(3);
    }

    @Test
    void are_one_at_least() {
        assertThat(all(Arrivals.within(Duration.ofSeconds(1), 0.01))).hasSize(1);
    }

    @Test
    void do_not_drift_where_the_interval_is_no_whole_nanosecond() {
        Arrivals arrivals = new Arrivals(3, 3_001);

        List<Long> due = all(arrivals);

        assertThat(due.get(3_000)).isEqualTo(1_000_000_000_000L);
    }

    @Test
    void end_when_they_are_stopped() {
        Arrivals arrivals = new Arrivals(1, Arrivals.UNTIL_STOPPED);
        assertThat(arrivals.next()).isPresent();

        arrivals.stop();

        assertThat(arrivals.next()).isEmpty();
    }

    private static List<Long> all(Arrivals arrivals) {
        List<Long> due = new ArrayList<>();
        for (OptionalLong next = arrivals.next(); next.isPresent(); next = arrivals.next()) {
            due.add(next.getAsLong());
        }
        return due;
    }
}
