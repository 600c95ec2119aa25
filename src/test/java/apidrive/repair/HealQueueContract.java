package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.repair.HealQueue.Backlog;
import apidrive.repair.HealQueue.Need;
import apidrive.repair.HealQueue.Task;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.NodeId;

/** What every {@link HealQueue} does; each implementation runs it on an empty one. */
abstract class HealQueueContract {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration CLAIM = Duration.ofMinutes(5);
    static final NodeId SELF = node(99);
    private static final NodeId NEAR = node(1);
    private static final NodeId FAR = node(2);

    private HealQueue queue;

    /** That of the node {@link #SELF}. */
    abstract HealQueue emptyQueue();

    @BeforeEach
    void start() {
        queue = emptyQueue();
    }

    @Test
    void gives_out_what_is_needed_with_its_sources_and_counts_the_attempt() {
        queue.add(List.of(need("a", NEAR, FAR, node(3))), NOON);

        assertThat(queue.take(NOON, 10, CLAIM)).containsExactly(new Task(need("a", NEAR, FAR, node(3)), 1));
    }

    @Test
    void what_is_taken_is_due_again_after_the_claim() {
        queue.add(List.of(need("a", NEAR)), NOON);
        queue.take(NOON, 10, CLAIM);

        assertThat(queue.take(NOON.plus(CLAIM).minusSeconds(1), 10, CLAIM)).isEmpty();
        assertThat(queue.take(NOON.plus(CLAIM), 10, CLAIM)).extracting(Task::attempts).containsExactly(2);
    }

    @Test
    void what_is_done_is_needed_no_more_and_what_another_node_needs_still_is() {
        queue.add(List.of(need("a", NEAR), need("a", FAR)), NOON);
        queue.done(List.of(need("a", NEAR), need("never", FAR)));

        assertThat(queue.take(NOON, 10, CLAIM)).extracting(Task::need).containsExactly(need("a", FAR));
    }

    @Test
    void what_failed_is_due_when_it_was_said_and_counts_as_failing() {
        queue.add(List.of(need("a", NEAR), need("b", NEAR)), NOON);
        queue.take(NOON, 10, CLAIM);
        queue.failed(List.of(need("a", NEAR), need("never", NEAR)), "e".repeat(1_000), NOON.plusSeconds(60));

        assertThat(queue.take(NOON.plusSeconds(59), 10, CLAIM)).isEmpty();
        assertThat(queue.backlog(NOON)).isEqualTo(new Backlog(2, 2, 1, Duration.ZERO));
        assertThat(queue.take(NOON.plusSeconds(60), 10, CLAIM)).containsExactly(new Task(need("a", NEAR), 2));
    }

    @Test
    void what_was_put_off_by_a_clock_that_went_ahead_is_due_when_it_was_said_at_the_latest() {
        queue.add(List.of(need("a", NEAR), need("b", NEAR)), NOON);
        queue.failed(List.of(need("a", NEAR)), "away", NOON.plus(Duration.ofDays(3)));
        queue.hasten(NOON.plusSeconds(60));

        assertThat(queue.take(NOON.plusSeconds(59), 10, CLAIM)).extracting(Task::need).containsExactly(need("b", NEAR));
        assertThat(queue.take(NOON.plusSeconds(60), 10, CLAIM)).extracting(Task::need).containsExactly(need("a", NEAR));
    }

    @Test
    void takes_those_with_the_fewest_sources_first_and_of_these_what_has_been_due_longest() {
        queue.add(List.of(need("two", NEAR, node(3), node(4))), NOON);
        queue.add(List.of(need("none, later", NEAR)), NOON.plusSeconds(2));
        queue.add(List.of(need("none", NEAR)), NOON.plusSeconds(1));
        queue.add(List.of(need("one", NEAR, node(3))), NOON.plusSeconds(3));
        NodeId[] many = IntStream.range(3, 15).mapToObj(HealQueueContract::node).toArray(NodeId[]::new);
        queue.add(List.of(need("many", NEAR, many)), NOON);
        Instant later = NOON.plusSeconds(10);

        assertThat(queue.take(later, 3, CLAIM)).extracting(task -> task.need().chunk())
                .containsExactly(id("none"), id("none, later"), id("one"));
        assertThat(queue.take(later, 3, CLAIM)).extracting(task -> task.need().chunk())
                .containsExactly(id("two"), id("many"));
        assertThat(queue.take(later, 3, CLAIM)).isEmpty();
    }

    @Test
    void this_node_is_no_source_for_it_knows_what_it_keeps() {
        queue.add(List.of(need("a", NEAR, SELF, FAR), need("b", NEAR, SELF)), NOON);

        assertThat(queue.take(NOON, 10, CLAIM)).extracting(Task::need).containsExactly(need("b", NEAR), need("a", NEAR, FAR));
    }

    @Test
    void a_need_that_is_known_gets_the_sources_of_both_and_keeps_all_else() {
        queue.add(List.of(need("a", NEAR, node(3))), NOON);
        queue.take(NOON, 1, CLAIM);
        queue.add(List.of(need("a", NEAR, node(4)), need("a", NEAR, node(3), node(5))), NOON.plusSeconds(1));

        assertThat(queue.take(NOON.plusSeconds(2), 10, CLAIM)).as("still claimed").isEmpty();
        assertThat(queue.take(NOON.plus(CLAIM), 10, CLAIM))
                .containsExactly(new Task(need("a", NEAR, node(3), node(4), node(5)), 2));
        assertThat(queue.backlog(NOON.plusSeconds(9))).isEqualTo(new Backlog(1, 1, 0, Duration.ofSeconds(9)));
    }

    @Test
    void a_node_that_is_gone_for_good_needs_nothing() {
        queue.add(List.of(need("a", NEAR), need("b", NEAR), need("b", FAR)), NOON);

        assertThat(queue.forget(NEAR)).isEqualTo(2);
        assertThat(queue.forget(NEAR)).isZero();
        assertThat(queue.take(NOON, 10, CLAIM)).extracting(Task::need).containsExactly(need("b", FAR));
    }

    @Test
    void tells_how_much_there_is_to_do_and_since_when() {
        assertThat(queue.backlog(NOON)).isEqualTo(new Backlog(0, 0, 0, Duration.ZERO));
        queue.add(List.of(need("a", NEAR), need("a", FAR)), NOON);
        queue.add(List.of(need("b", FAR)), NOON.plusSeconds(7));

        assertThat(queue.backlog(NOON.plusSeconds(10))).isEqualTo(new Backlog(2, 3, 0, Duration.ofSeconds(10)));
    }

    @Test
    void works_on_nothing() {
        queue.add(List.of(), NOON);
        queue.done(List.of());
        queue.failed(List.of(), "nothing", NOON);

        assertThat(queue.take(NOON, 10, CLAIM)).isEmpty();
    }

    static Need need(String chunk, NodeId node, NodeId... sources) {
        return new Need(id(chunk), node, Set.of(sources));
    }

    static NodeId node(int number) {
        return new NodeId(new UUID(number, number));
    }

    private static ChunkId id(String chunk) {
        return ChunkId.of(Digest.of(chunk.getBytes(StandardCharsets.UTF_8)));
    }
}
