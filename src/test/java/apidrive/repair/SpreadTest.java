package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

class SpreadTest {
    private static final NodeId A = node(1);
    private static final NodeId B = node(2);
    private static final NodeId C = node(3);
    private static final NodeId D = node(4);

    private final List<NodeId> sent = new ArrayList<>();

    @Test
    void acknowledges_with_those_that_keep_it_once_they_are_as_many_as_promised() {
        Spread spread = spread(2, D);
        spread.begin(List.of(A, B, C));
        spread.kept(B);
        assertThat(spread.acknowledged()).isNotDone();
        spread.kept(A);

        assertThat(spread.acknowledged()).isCompletedWithValue(List.of(B, A));
        assertThat(sent).containsExactly(A, B, C);
    }

    @Test
    void asks_a_stand_in_only_when_those_under_way_are_too_few() {
        Spread spread = spread(2, D);
        spread.begin(List.of(A, B, C));
        spread.refused(A, Problem.NO_FREE_SLOT);
        assertThat(sent).containsExactly(A, B, C);
        spread.failed(B, new RuntimeException());

        assertThat(sent).containsExactly(A, B, C, D);
    }

    @Test
    void too_few_holders_are_filled_up_at_once() {
        spread(2, C, D).begin(List.of(A));

        assertThat(sent).containsExactly(A, C);
    }

    @Test
    void those_silent_for_too_long_are_stood_in_for_and_count_when_they_answer_after_all() {
        Spread spread = spread(2, D);
        spread.begin(List.of(A, B));
        spread.kept(A);
        spread.hurry();
        assertThat(sent).containsExactly(A, B, D);
        spread.kept(B);

        assertThat(spread.acknowledged()).isCompletedWithValue(List.of(A, B));
    }

    @Test
    void slow_ones_are_waited_for_where_nobody_can_stand_in() {
        Spread spread = spread(2);
        spread.begin(List.of(A, B));
        spread.hurry();
        assertThat(spread.acknowledged()).isNotDone();
        spread.kept(B);
        spread.kept(A);

        assertThat(spread.acknowledged()).isCompletedWithValue(List.of(B, A));
    }

    @Test
    void full_nodes_alone_make_the_network_full() {
        Spread spread = spread(1);
        spread.begin(List.of(A, B));
        spread.refused(A, Problem.NO_FREE_SLOT);
        spread.refused(B, Problem.NO_FREE_SLOT);

        assertThat(problem(spread)).isEqualTo(Problem.NO_FREE_SLOT);
    }

    @Test
    void a_taken_id_is_told_and_what_cannot_be_reached_is_worth_another_try() {
        Spread taken = spread(2);
        taken.begin(List.of(A, B));
        taken.refused(A, Problem.ID_TAKEN);
        assertThat(problem(taken)).isEqualTo(Problem.ID_TAKEN);

        Spread away = spread(2);
        away.begin(List.of(A, B));
        away.refused(A, Problem.NO_FREE_SLOT);
        assertThat(problem(away)).as("one is full, and there is no other").isEqualTo(Problem.NO_FREE_SLOT);

        Spread silent = spread(1);
        silent.begin(List.of(A));
        silent.failed(A, new RuntimeException("gone"));
        assertThat(problem(silent)).isEqualTo(Problem.BUSY);
    }

    @Test
    void one_that_knows_of_a_deletion_counts_for_more_than_those_that_are_full_or_silent() {
        Spread spread = spread(2);
        spread.begin(List.of(A, B, C));
        spread.refused(A, Problem.CHUNK_DELETED);
        spread.failed(B, new RuntimeException("gone"));

        assertThat(problem(spread)).isEqualTo(Problem.CHUNK_DELETED);
    }

    private Spread spread(int promised, NodeId... standIns) {
        return new Spread(promised, List.of(standIns), sent::add);
    }

    private static Problem problem(Spread spread) {
        assertThat(spread.acknowledged()).isCompletedExceptionally();
        try {
            spread.acknowledged().get();
        } catch (ExecutionException e) {
            return ((ProblemException) e.getCause()).problem();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("it did not fail");
    }

    private static NodeId node(int number) {
        return new NodeId(new UUID(number, 0));
    }
}
