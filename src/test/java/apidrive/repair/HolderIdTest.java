package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;

class HolderIdTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123Z");

    @Test
    void an_id_is_a_uuid_of_version_7_that_tells_when_it_was_drawn_and_no_two_are_the_same() {
        Set<UUID> drawn = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            UUID id = HolderId.drawn(NOON);
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(HolderId.drawnAt(id)).contains(NOON);
            drawn.add(id);
        }
        assertThat(drawn).hasSize(10_000);
    }

    @Test
    void of_an_id_that_an_earlier_build_drew_it_is_not_known() {
        assertThat(HolderId.drawnAt(UUID.randomUUID())).isEmpty();
    }
}
