package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LaterTest {
    @Test
    void tasks_run_in_their_order_and_not_before_their_time() {
        Duration delay = Duration.ofMillis(400);
        List<Integer> ran = new CopyOnWriteArrayList<>();
        try (Later later = new Later(delay)) {
            long began = System.nanoTime();
            for (int number = 0; number < 100; number++) {
                int own = number;
                later.execute(() -> ran.add(own));
            }
            Awaitility.await().until(() -> ran.size() == 100);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(delay);
            assertThat(ran).isSorted();
        }
    }

    @Test
    void what_waits_is_forgotten_at_the_end() throws Exception {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        try (Later later = new Later(Duration.ofMillis(100))) {
            later.execute(() -> ran.add(1));
        }
        Thread.sleep(300);

        assertThat(ran).isEmpty();
    }
}
