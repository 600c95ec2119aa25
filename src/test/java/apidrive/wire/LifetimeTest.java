package apidrive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;

class LifetimeTest {
    @ParameterizedTest
    @CsvSource({"1,PT1S", "86400,PT24H", "P30D,PT720H", "pt12h,PT12H", "PT0.5S,", "P36500D,PT876000H", " 60 ,PT1M"})
    void is_seconds_or_a_duration(String text, String duration) {
        if (duration == null) {
            assertThatThrownBy(() -> Lifetime.parse(text)).isInstanceOf(ProblemException.class);
        } else {
            assertThat(Lifetime.parse(text)).isEqualTo(Duration.parse(duration));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "P36501D", "3153600001", "9999999999999999999999", "P1Y", "P1M", "forever", "PT", "P-1D",
        "PT99999999999999999999S"})
    void what_is_none_or_out_of_bounds_is_malformed(String text) {
        assertThatThrownBy(() -> Lifetime.parse(text)).isInstanceOf(ProblemException.class)
                .satisfies(refused -> assertThat(((ProblemException) refused).problem()).isEqualTo(Problem.MALFORMED))
                .hasMessageContaining("lifetime");
    }
}
