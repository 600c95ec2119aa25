package apidrive.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void the_median_is_the_middle_one_whatever_the_order() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
    }

    @Test
    void the_median_of_an_even_count_is_the_mean_of_the_two_in_the_middle() {
        assertThat(Statistics.median(List.of(8.0, 1.0, 2.0, 100.0))).isEqualTo(5);
    }

    @Test
    void ratios_are_taken_round_by_round() {
        assertThat(Statistics.ratios(List.of(10.0, 30.0), List.of(20.0, 10.0))).containsExactly(0.5, 3.0);
    }

    @Test
    void a_reference_that_was_not_measured_gives_no_ratio() {
        assertThat(Statistics.ratios(List.of(10.0, 30.0), List.of())).isEmpty();
    }

    @Test
    void equal_shares_are_wholly_fair() {
        assertThat(Statistics.fairness(List.of(7L, 7L, 7L))).isEqualTo(1, within(1e-9));
    }

    @Test
    void one_client_that_gets_everything_is_as_unfair_as_can_be() {
        assertThat(Statistics.fairness(List.of(0L, 12L, 0L, 0L))).isEqualTo(0.25, within(1e-9));
    }

    @Test
    void nobody_is_wronged_where_nothing_was_shared_out() {
        assertThat(Statistics.fairness(List.of(0L, 0L))).isEqualTo(1);
    }
}
