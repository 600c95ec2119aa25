package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Seeded lives of small networks: {@code -Dapidrive-test.seed} replays one, {@code -Dapidrive-test.runs} sets how many.
 */
class RandomRunsTest {
    private static final int RUNS = Integer.getInteger("apidrive-test.runs", 200);

    @Test
    void a_network_left_in_peace_agrees_on_the_truth_whatever_it_lived_through() {
        Long replayed = Long.getLong("apidrive-test.seed");
        long first = replayed != null ? replayed : 1;
        long last = replayed != null ? replayed : RUNS;
        for (long seed = first; seed <= last; seed++) {
            assertThat(new RandomRun(seed).judged()).as("seed %d", seed).isEmpty();
        }
    }
}
