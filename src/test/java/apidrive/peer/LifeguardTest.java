package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import apidrive.wire.NodeId;
import org.junit.jupiter.api.Test;

/** The small parts by which a node doubts itself before others. */
class LifeguardTest {
    private static final NodeId[] IDS = {SimKeys.get(0).id(), SimKeys.get(1).id(), SimKeys.get(2).id(),
        SimKeys.get(3).id(), SimKeys.get(4).id()};

    @Test
    void suspicion_shortens_with_every_new_accuser_down_to_the_shortest() {
        Suspicion suspicion = new Suspicion(IDS[0], 1_000, 100, 600, 3);
        assertThat(suspicion.deadline()).isEqualTo(1_600);
        assertThat(suspicion.confirm(IDS[0])).isFalse();
        assertThat(suspicion.deadline()).isEqualTo(1_600);

        assertThat(suspicion.confirm(IDS[1])).isTrue();
        assertThat(suspicion.deadline()).isEqualTo(1_350);
        assertThat(suspicion.confirm(IDS[2])).isTrue();
        assertThat(suspicion.confirm(IDS[3])).isTrue();
        assertThat(suspicion.deadline()).isEqualTo(1_100);
        assertThat(suspicion.confirm(IDS[4])).isFalse();
    }

    @Test
    void with_too_few_nodes_to_confirm_it_is_short_from_the_start() {
        assertThat(new Suspicion(IDS[0], 1_000, 100, 600, 0).deadline()).isEqualTo(1_100);
        assertThat(new Suspicion(IDS[0], 1_000, 100, 600, -1).deadline()).isEqualTo(1_100);
    }

    @Test
    void ill_health_stretches_and_heals_within_its_bounds() {
        LocalHealth health = new LocalHealth();
        assertThat(health.stretched(10)).isEqualTo(10);
        health.improve();
        health.worsen(3);
        assertThat(health.stretched(10)).isEqualTo(40);
        health.worsen(100);
        assertThat(health.score()).isEqualTo(8);
        health.improve();
        assertThat(health.score()).isEqualTo(7);
    }

    @Test
    void time_stands_still_while_the_process_does_and_never_goes_back() {
        Elapsed elapsed = new Elapsed(5_000, 100);
        assertThat(elapsed.advance(5_060)).isEqualTo(60);
        assertThat(elapsed.advance(900_000)).isEqualTo(160);
        assertThat(elapsed.advance(-900_000)).isEqualTo(160);
        assertThat(elapsed.advance(-899_990)).isEqualTo(170);
        assertThat(elapsed.now()).isEqualTo(170);
    }
}
