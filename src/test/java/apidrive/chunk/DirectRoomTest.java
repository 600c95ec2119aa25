package apidrive.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

class DirectRoomTest {
    @Test
    void what_is_held_or_sent_takes_room_until_the_garbage_collector_has_freed_it() {
        DirectRoom room = new DirectRoom(1_000);
        Optional<ByteBuffer> taken = room.take(600);
        ByteBuffer sent = taken.orElseThrow().asReadOnlyBuffer().slice(100, 10);
        taken = Optional.empty();
        System.gc();
        assertThat(room.take(600)).as("beside what is being sent: " + sent).isEmpty();
        assertThat(room.take(400)).isPresent();
        assertThat(sent.isReadOnly()).isTrue();

        sent = null;
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return room.take(600).isPresent();
        });
    }

    @Test
    void where_java_was_given_less_it_does_without() throws Exception {
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:MaxDirectMemorySize=1m", "-cp", System.getProperty("java.class.path"), Small.class.getName())
                .inheritIO().start();
        assertThat(java.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(java.exitValue()).isZero();
    }

    /** Ends with 0 when a buffer over Java's bound was not had, and none is tried for after it. */
    static final class Small {
        public static void main(String[] arguments) {
            DirectRoom room = new DirectRoom(10 << 20);
            boolean within = room.take(1 << 10).isPresent();
            boolean over = room.take(2 << 20).isPresent();
            boolean after = room.take(1 << 10).isPresent();
            System.exit(within && !over && !after ? 0 : 1);
        }
    }
}
