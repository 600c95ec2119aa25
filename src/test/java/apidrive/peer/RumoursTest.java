package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import apidrive.wire.NodeId;
import org.junit.jupiter.api.Test;

class RumoursTest {
    private static final NodeId BY = SimKeys.get(9).id();
    private final Rumours rumours = new Rumours();

    @Test
    void the_least_told_go_first_and_among_equals_the_newest() {
        Rumour old = suspected(0);
        Rumour middle = suspected(1);
        rumours.add(old);
        rumours.add(middle);
        int one = MessageCodec.size(old);

        assertThat(rumours.take(one, 5)).containsExactly(middle);
        assertThat(rumours.take(one, 5)).containsExactly(old);
        Rumour young = suspected(2);
        rumours.add(young);
        assertThat(rumours.take(3 * one, 5)).containsExactly(young, middle, old);
    }

    @Test
    void each_is_told_as_often_as_the_limit_says() {
        rumours.add(suspected(0));
        for (int i = 0; i < 4; i++) {
            assertThat(rumours.take(1_000, 4)).hasSize(1);
        }
        assertThat(rumours.take(1_000, 4)).isEmpty();
        assertThat(rumours.size()).isZero();
    }

    @Test
    void never_more_bytes_than_allowed() {
        for (int key = 0; key < 8; key++) {
            rumours.add(key % 2 == 0 ? suspected(key) : new Rumour.Announced(Announcement.sign(SimKeys.get(key), "net",
                    SimNode.profile(key), 1)));
        }
        for (int bytes = 0; bytes < 600; bytes += 7) {
            assertThat(rumours.take(bytes, 1_000).stream().mapToInt(MessageCodec::size).sum())
                    .isLessThanOrEqualTo(bytes);
        }
    }

    @Test
    void news_of_a_node_replaces_older_news_of_it() {
        rumours.add(suspected(0));
        Rumour newer = new Rumour.Died(SimKeys.get(0).id(), 1, BY);
        rumours.add(newer);

        assertThat(rumours.take(1_000, 5)).containsExactly(newer);
    }

    @Test
    void a_flood_takes_bounded_memory_and_spares_what_is_told_least() {
        rumours.add(suspected(0));
        rumours.take(1_000, 5);
        Census census = new Census(1);
        for (int i = 0; i < 5_000; i++) {
            rumours.add(new Rumour.Died(census.next().id(), 1, BY));
        }

        assertThat(rumours.size()).isEqualTo(4_096);
        assertThat(rumours.take(1 << 20, 5)).doesNotContain(suspected(0));
    }

    private static Rumour suspected(int key) {
        return new Rumour.Suspected(SimKeys.get(key).id(), 1, BY);
    }
}
