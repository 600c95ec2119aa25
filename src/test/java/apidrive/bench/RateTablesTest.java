package apidrive.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class RateTablesTest {
    private final Entry bare = new Entry(named("bare"));
    private final Entry node = new Entry(named("node"), Entry.atLeast(0.75, bare));

    @Test
    void a_target_is_judged_by_the_median_of_the_rounds_ratios() {
        turns(bare, 100, 100, 1_000);
        turns(node, 80, 70, 900);

        assertThat(RateTables.of(List.of(bare, node), List.of())).contains("| node | bare | 0.80 (0.70–0.90) | ≥ 0.75: met |");
    }

    @Test
    void processor_time_is_told_apart_for_a_thousand_chunks() {
        node.turns().add(new Turn(10, new Cpu(40_000, 300_000, 0, 500_000), List.of(600L, 400L)));

        assertThat(RateTables.of(List.of(node), List.of())).contains("| node | 2 | 10 | 1 | 0.040, 0.300, 0.500 | 0.96 |");
    }

    @Test
    void a_reference_that_was_not_measured_is_passed_over() {
        turns(node, 80);

        assertThat(RateTables.of(List.of(node), List.of())).doesNotContain("| node | bare |");
    }

    @Test
    void what_was_left_out_is_said() {
        turns(node, 80);

        assertThat(RateTables.of(List.of(node), List.of("nginx is not installed"))).contains("Left out: nginx is not installed.");
    }

    private static void turns(Entry entry, double... rates) {
        for (double rate : rates) {
            entry.turns().add(new Turn(rate, new Cpu(0, 0, 0, 0), List.of(1L)));
        }
    }

    private static Contender named(String name) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int clients() {
                return 2;
            }

            @Override
            public Worker worker(int number) {
                return () -> 1;
            }
        };
    }
}
