package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the network as a whole promises, held over simulated time; the seed of each run stands in its name or body. */
class SimulationTest {
    private static final SwimSettings SETTINGS = SwimSettings.DEFAULT;

    @ParameterizedTest(name = "{0} nodes, seed {1}")
    @CsvSource({"10, 1", "10, 2", "10, 3", "10, 4", "10, 5", "100, 1", "100, 2", "100, 3", "1000, 1"})
    void a_crash_is_known_to_all_within_three_times_log2_of_the_size_in_periods(int size, long seed) {
        SimNetwork network = SimNetwork.settled(size, seed, SETTINGS);
        network.run(3);
        SimNode victim = network.nodes.get(size / 2);
        victim.crash(true);

        double allowed = 3 * Math.log(size) / Math.log(2);
        assertThat(network.until(() -> network.allSee(victim, Observed.DEAD), 2 * allowed)).isLessThan(allowed);
    }

    @Test
    void at_five_per_cent_loss_hardly_anybody_is_taken_for_dead() {
        SimNetwork network = SimNetwork.settled(100, 1, SETTINGS);
        AtomicInteger falseDeaths = countDeaths(network.nodes);
        AtomicInteger suspicions = new AtomicInteger();
        network.loss = 0.05;
        for (int period = 0; period < 200; period++) {
            network.run(1);
            network.nodes.forEach(node -> suspicions.addAndGet(node.table.count(Observed.SUSPECT)));
        }

        long probes = network.nodes.stream().mapToLong(node -> node.traffic.probes).sum();
        assertThat(probes).isGreaterThan(15_000);
        assertThat(suspicions.get()).as("the loss is felt").isPositive();
        assertThat((double) falseDeaths.get()).isLessThan(probes / 10_000.0);
    }

    @ParameterizedTest(name = "{0} nodes")
    @CsvSource({"10", "100", "300"})
    void a_node_at_rest_costs_less_than_two_kilobytes_a_second(int size) {
        SimNetwork network = SimNetwork.settled(size, 1, SETTINGS);
        network.run(5);
        network.nodes.forEach(node -> node.traffic.reset());
        network.run(30);

        double seconds = 30 * SETTINGS.period().toSeconds();
        assertThat(network.nodes).allSatisfy(node ->
                assertThat(node.traffic.bytes / seconds).isBetween(100.0, 2_000.0));
    }

    @Test
    void newcomers_who_know_one_url_come_to_know_all_and_are_known_to_all() {
        SimNetwork network = SimNetwork.settled(50, 1, SETTINGS);
        for (int key = 50; key < 60; key++) {
            SimNode joining = network.add(key);
            joining.start(List.of());
            joining.exchangeWith(network.nodes.get(0).url());
        }

        assertThat(network.until(network::agreed, 60)).isLessThan(20);
    }

    @Test
    void two_halves_that_held_each_other_for_dead_agree_again_once_they_meet() {
        SimNetwork network = SimNetwork.settled(60, 1, SETTINGS);
        network.connected = (from, to) -> from.number % 2 == to.number % 2;
        network.run(120);
        assertThat(network.nodes).allSatisfy(node -> assertThat(node.table.count(Observed.DEAD)).isEqualTo(30));

        network.connected = (from, to) -> true;
        assertThat(network.until(network::agreed, 200)).isLessThan(80);
    }

    @Test
    void a_lone_node_cut_off_from_the_rest_finds_back() {
        SimNetwork network = SimNetwork.settled(30, 1, SETTINGS);
        SimNode alone = network.nodes.get(7);
        network.connected = (from, to) -> (from == alone) == (to == alone);
        network.run(60);
        assertThat(network.allSee(alone, Observed.DEAD)).isTrue();

        network.connected = (from, to) -> true;
        assertThat(network.until(network::agreed, 200)).isLessThan(80);
    }

    @Test
    void a_node_that_was_stopped_for_minutes_comes_back_and_blames_nobody() {
        SimNetwork network = SimNetwork.settled(30, 1, SETTINGS);
        SimNode stopped = network.nodes.get(7);
        network.run(2.5);
        stopped.pause();
        network.run(120);
        assertThat(network.allSee(stopped, Observed.DEAD)).isTrue();

        AtomicInteger blamed = countDeaths(network.nodes);
        stopped.resume();
        assertThat(network.until(network::agreed, 100)).isLessThan(40);
        assertThat(blamed.get()).isZero();
    }

    @Test
    void clocks_that_jump_by_days_make_nobody_die() {
        SimNetwork network = SimNetwork.settled(20, 1, SETTINGS);
        AtomicInteger deaths = countDeaths(network.nodes);
        for (int i = 0; i < 40; i++) {
            network.run(1);
            network.nodes.get(i % 20).clockAhead += (i % 3 - 1) * 86_400_000_000_000L;
        }
        network.run(20);

        assertThat(deaths.get()).isZero();
        assertThat(network.agreed()).isTrue();
    }

    @Test
    void a_node_too_slow_to_answer_in_time_takes_none_of_the_others_for_dead() {
        SimNetwork network = SimNetwork.settled(20, 1, SETTINGS);
        SimNode slow = network.nodes.get(3);
        AtomicInteger blamed = countDeaths(network.nodes.stream().filter(node -> node != slow).toList(), slow);
        for (int i = 0; i < 100; i++) {
            slow.pause();
            network.run(0.9);
            slow.resume();
            network.run(0.1);
        }

        assertThat(blamed.get()).isZero();
    }

    @Test
    void a_third_of_the_network_may_die_at_once_and_all_others_learn_it() {
        SimNetwork network = SimNetwork.settled(90, 1, SETTINGS);
        network.run(2);
        List<SimNode> victims = network.nodes.subList(0, 30);
        victims.forEach(victim -> victim.crash(true));

        assertThat(network.until(() -> victims.stream().allMatch(victim -> network.allSee(victim, Observed.DEAD)), 200))
                .isLessThan(60);
        assertThat(network.agreed()).isTrue();
    }

    @Test
    void a_node_restarted_from_an_older_backup_outbids_what_it_said_before() {
        SimNetwork network = SimNetwork.settled(20, 1, SETTINGS);
        SimNode restored = network.nodes.get(5);
        for (int i = 0; i < 5; i++) {
            restored.swim.announce(SimNode.profile(5).declaring(i % 2 == 0 ? Declared.READ_ONLY : Declared.ACTIVE));
        }
        long said = restored.swim.self().sequence();
        network.run(20);
        restored.crash(false);
        network.run(20);
        restored.restartForgetful();

        assertThat(restored.swim.self().sequence()).isLessThan(said);
        assertThat(network.until(network::agreed, 100)).isLessThan(60);
        assertThat(restored.swim.self().sequence()).isGreaterThan(said);
    }

    @Test
    void who_leaves_is_neither_probed_nor_mourned() {
        SimNetwork network = SimNetwork.settled(20, 1, SETTINGS);
        AtomicInteger deaths = countDeaths(network.nodes);
        SimNode leaving = network.nodes.get(5);
        leaving.swim.announce(SimNode.profile(5).declaring(Declared.LEFT));
        network.run(15);
        leaving.crash(true);
        network.run(60);

        assertThat(deaths.get()).isZero();
        assertThat(network.nodes.stream().filter(SimNode::running)).allSatisfy(node ->
                assertThat(node.table.find(leaving.key.id()).orElseThrow().profile().declared())
                        .isEqualTo(Declared.LEFT));
    }

    /** Counts how often one of these takes another for dead from now on. */
    private static AtomicInteger countDeaths(List<SimNode> observers) {
        AtomicInteger deaths = new AtomicInteger();
        observers.forEach(node -> node.table.onChange((id, member) -> member
                .filter(changed -> changed.observed() == Observed.DEAD).ifPresent(dead -> deaths.incrementAndGet())));
        return deaths;
    }

    /** The same, of anybody but this one. */
    private static AtomicInteger countDeaths(List<SimNode> observers, SimNode apartFrom) {
        AtomicInteger deaths = new AtomicInteger();
        observers.forEach(node -> node.table.onChange((id, member) -> member
                .filter(changed -> changed.observed() == Observed.DEAD && !id.equals(apartFrom.key.id()))
                .ifPresent(dead -> deaths.incrementAndGet())));
        return deaths;
    }
}
