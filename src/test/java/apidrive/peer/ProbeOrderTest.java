package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeOrderTest {
    private final MemberTable table = new MemberTable(Duration.ofMinutes(10), Duration.ofDays(7));
    private final Census census = new Census(1);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 16, 17, 100, 1_000})
    void every_other_member_comes_once_a_round(int size) {
        NodeId self = fill(size).get(0);
        ProbeOrder order = new ProbeOrder(table, new SplittableRandom(1));
        for (int round = 0; round < 3; round++) {
            assertThat(draw(order, self, size - 1)).doesNotHaveDuplicates().doesNotContain(self);
        }
    }

    @Test
    void the_order_changes_from_round_to_round_and_from_node_to_node() {
        List<NodeId> ids = fill(50);
        ProbeOrder order = new ProbeOrder(table, new SplittableRandom(1));
        List<NodeId> first = draw(order, ids.get(0), 49);

        assertThat(draw(order, ids.get(0), 49)).isNotEqualTo(first);
        assertThat(draw(new ProbeOrder(table, new SplittableRandom(2)), ids.get(0), 49)).isNotEqualTo(first);
    }

    @Test
    void the_dead_are_passed_over_and_a_node_alone_has_nobody() {
        List<NodeId> ids = fill(3);
        ProbeOrder order = new ProbeOrder(table, new SplittableRandom(1));
        table.observe(ids.get(1), Observed.DEAD);
        assertThat(draw(order, ids.get(0), 4)).containsOnly(ids.get(2));

        table.observe(ids.get(2), Observed.DEAD);
        assertThat(order.next(ids.get(0))).isEmpty();
    }

    @Test
    void a_newcomer_comes_within_two_rounds() {
        NodeId self = fill(40).get(0);
        ProbeOrder order = new ProbeOrder(table, new SplittableRandom(1));
        draw(order, self, 20);
        NodeId newcomer = fill(60).get(59);

        assertThat(draw(order, self, 40 + 100)).contains(newcomer);
    }

    private List<NodeId> fill(int members) {
        List<NodeId> ids = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            Announcement announcement = census.next();
            table.announced(announcement);
            ids.add(announcement.id());
        }
        return ids;
    }

    private static List<NodeId> draw(ProbeOrder order, NodeId self, int count) {
        List<NodeId> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(order.next(self).orElseThrow());
        }
        return drawn;
    }
}
