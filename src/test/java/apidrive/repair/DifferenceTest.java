package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.ToIntFunction;

import org.junit.jupiter.api.Test;

import apidrive.chunk.Summary;
import apidrive.wire.IdPrefix;

class DifferenceTest {
    private static final IdPrefix ONE = new IdPrefix(10, 1);
    private static final IdPrefix TWO = new IdPrefix(10, 2);

    @Test
    void equal_summaries_of_two_holders_need_no_look() {
        List<Summary> both = List.of(new Summary(ONE, 3, 5, 77), new Summary(TWO, 2, 1, 8));

        assertThat(Difference.between(both, both, at(0), at(1))).isEmpty();
    }

    @Test
    void another_sum_another_count_and_what_is_missing_here_are_looked_at_in_order() {
        List<Summary> here = List.of(new Summary(ONE, 3, 5, 77));
        List<Summary> there = List.of(new Summary(TWO, 3, 1, 8), new Summary(ONE, 3, 5, 78));

        assertThat(Difference.between(here, there, at(0), at(1))).containsExactly(ONE, TWO);
        assertThat(Difference.between(here, List.of(new Summary(ONE, 3, 6, 77)), at(0), at(1))).containsExactly(ONE);
    }

    @Test
    void what_only_this_node_keeps_is_the_others_to_find() {
        assertThat(Difference.between(List.of(new Summary(ONE, 3, 5, 77)), List.of(), at(0), at(1))).isEmpty();
    }

    @Test
    void chunks_that_one_of_both_need_not_keep_make_no_difference() {
        List<Summary> here = List.of(new Summary(ONE, 1, 9, 5), new Summary(ONE, 3, 5, 77));
        List<Summary> there = List.of(new Summary(ONE, 3, 5, 77));

        assertThat(Difference.between(here, there, at(0), at(2))).isEmpty();
        assertThat(Difference.between(here, there, at(0), at(0))).containsExactly(ONE);
    }

    @Test
    void what_a_stranger_keeps_for_this_node_is_worth_a_look_even_where_sums_agree() {
        List<Summary> both = List.of(new Summary(ONE, 3, 5, 77));

        assertThat(Difference.between(both, both, at(2), at(3))).containsExactly(ONE);
        assertThat(Difference.between(both, both, at(2), at(-1))).containsExactly(ONE);
        assertThat(Difference.between(both, both, at(3), at(-1))).isEmpty();
    }

    @Test
    void a_node_without_a_place_that_any_copy_reaches_looks_at_nothing() {
        List<Summary> there = List.of(new Summary(ONE, 8, 5, 77));

        assertThat(Difference.between(List.of(), there, at(8), at(0))).isEmpty();
        assertThat(Difference.between(List.of(), there, at(-1), at(0))).isEmpty();
        assertThat(Difference.between(List.of(), there, at(7), at(0))).containsExactly(ONE);
    }

    private static ToIntFunction<IdPrefix> at(int rank) {
        return prefix -> rank;
    }
}
