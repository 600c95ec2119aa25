package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import apidrive.problem.Problem;
import apidrive.wire.Chunk;

class RemoteShelfTest {
    private static final Buried DELETION = new Buried(Chunk.of(new byte[] {1}).id(), Duration.ofHours(5), 7);

    private final List<Buried> heard = new ArrayList<>();
    private Problem refusal;
    private final Shelf shelf = new RemoteShelf((route, body, mostBytes) -> {
        heard.addAll(new ShelfReader(Parts.joined(body)).buried(1));
        if (refusal != null && heard.get(heard.size() - 1).number() != 0) {
            throw refusal.because("8 bytes too many");
        }
        return new byte[] {1};
    });

    @Test
    void deletions_are_told_with_their_numbers() {
        shelf.bury(List.of(DELETION));

        assertThat(heard).containsExactly(DELETION);
    }

    @Test
    void a_server_of_an_earlier_build_is_told_of_deletions_without_their_numbers() {
        refusal = Problem.MALFORMED;
        shelf.bury(List.of(DELETION));

        assertThat(heard).containsExactly(DELETION, new Buried(DELETION.id(), DELETION.age(), 0));
    }

    @Test
    void whoever_refuses_for_another_reason_is_not_told_twice() {
        refusal = Problem.BUSY;

        assertThatThrownBy(() -> shelf.bury(List.of(DELETION))).hasMessageContaining("too many");
        assertThat(heard).hasSize(1);
    }
}
