package apidrive.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void lasts_its_lifetime_from_now() {
        assertThat(new Lease(Duration.ofDays(30)).from(NOON).until()).isEqualTo(Instant.parse("2026-03-31T12:00:00Z"));
    }

    @Test
    void of_a_month_or_more_is_written_at_most_once_a_day() {
        assertThat(new Lease(Duration.ofDays(30)).from(NOON).renewBelow()).isEqualTo(Instant.parse("2026-03-30T12:00:00Z"));
        assertThat(new Lease(Duration.ofDays(365)).from(NOON).renewBelow())
                .isEqualTo(NOON.plus(Duration.ofDays(364)));
    }

    @Test
    void of_less_than_a_month_is_written_at_most_thirty_times_a_lifetime() {
        assertThat(new Lease(Duration.ofHours(1)).from(NOON).renewBelow()).isEqualTo(NOON.plus(Duration.ofMinutes(58)));
    }
}
