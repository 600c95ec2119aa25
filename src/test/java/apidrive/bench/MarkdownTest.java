package apidrive.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class MarkdownTest {
    @Test
    void a_table_has_a_line_below_its_heads() {
        assertThat(new Markdown("what", "ms").row("store", "3")).hasToString("""
                | what | ms |
                | --- | --- |
                | store | 3 |
                """);
    }

    @Test
    void a_spread_shows_median_least_and_most() {
        assertThat(Markdown.spread(List.of(3.0, 1.0, 2.5), "%.1f")).isEqualTo("2.5 (1.0–3.0)");
    }

    @Test
    void one_value_has_no_spread_and_none_shows_nothing() {
        assertThat(Markdown.spread(List.of(3.0), "%.1f")).isEqualTo("3.0");
        assertThat(Markdown.spread(List.of(), "%.1f")).isEmpty();
    }

    @Test
    void a_target_is_met_by_its_own_value_and_missed_beyond() {
        assertThat(Markdown.atLeast(0.75, 0.75, "%.2f")).isEqualTo("≥ 0.75: met");
        assertThat(Markdown.atLeast(0.75, 0.7499, "%.2f")).isEqualTo("≥ 0.75: **missed**");
        assertThat(Markdown.atMost(25, 25, "%.0f")).isEqualTo("≤ 25: met");
        assertThat(Markdown.atMost(25, 25.01, "%.0f")).isEqualTo("≤ 25: **missed**");
    }
}
