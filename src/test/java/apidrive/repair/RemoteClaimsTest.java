package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import apidrive.chunk.Claim;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;

/** What servers tell each other of claims, and how those of an earlier build are spoken to. */
class RemoteClaimsTest {
    private static final Chunk CHUNK = Chunk.of(new byte[] {1, 2, 3});
    private static final Duration DAYS = Duration.ofDays(20);
    private static final Hold ANN = new Hold(new UUID(1, 1), DAYS);
    private static final Hold PLAIN = new Hold(Claim.PLAIN, Duration.ofDays(3));
    private static final Replica HELD = Replica.ofKept(CHUNK, 3, DAYS).heldBy(List.of(PLAIN, ANN));
    private static final Replica UNHELD = Replica.ofKept(Chunk.of(new byte[] {4}), 2, DAYS);

    private final List<List<Replica>> heard = new ArrayList<>();
    private Problem refusal;
    private final Shelf shelf = new RemoteShelf((route, body, mostBytes) -> {
        List<Replica> replicas = new ShelfReader(Parts.joined(body)).replicas(Shelf.MAX_CHUNKS);
        heard.add(replicas);
        if (refusal != null && replicas.stream().anyMatch(replica -> !replica.holds().isEmpty())) {
            throw refusal.because("too many bytes");
        }
        return Parts.joined(new ShelfWriter().answers(replicas.stream().map(replica -> Optional.<Problem>empty()).toList()).parts());
    });

    @Test
    void copies_come_with_those_who_hold_them() {
        assertThat(shelf.keep(List.of(HELD, UNHELD))).hasSize(2);
        assertThat(shelf.send(List.of(HELD)).join()).hasSize(1);

        assertThat(heard).extracting(replicas -> replicas.get(0).holds()).containsExactly(HELD.holds(), HELD.holds());
        assertThat(heard.get(0).get(1).holds()).isEmpty();
    }

    @Test
    void a_server_of_an_earlier_build_gets_them_without() {
        refusal = Problem.MALFORMED;
        assertThat(shelf.keep(List.of(HELD, UNHELD))).containsExactly(Optional.empty(), Optional.empty());
        assertThat(shelf.send(List.of(HELD)).join()).containsExactly(Optional.empty());

        assertThat(heard).hasSize(4);
        assertThat(heard.get(1)).hasSize(2).allSatisfy(replica -> assertThat(replica.holds()).isEmpty());
        assertThat(heard.get(3).get(0).left()).isEqualTo(DAYS);
    }

    @Test
    void whoever_refuses_for_another_reason_is_not_asked_twice() {
        refusal = Problem.BUSY;

        assertThatThrownBy(() -> shelf.keep(List.of(HELD))).hasMessageContaining("too many bytes");
        assertThatThrownBy(() -> shelf.send(List.of(HELD)).join()).hasMessageContaining("too many bytes");
        assertThat(heard).hasSize(2);
    }

    @Test
    void a_list_tells_of_claims_what_an_earlier_build_passes_over_and_lacks_it_where_such_a_one_made_it() {
        Leased claimed = new Leased(CHUNK.id(), 3, DAYS, Duration.ofDays(2), OptionalLong.of(-5));
        Leased plain = new Leased(UNHELD.chunk().id(), 2, DAYS);
        byte[] body = Parts.joined(new ShelfWriter().told(List.of(claimed, plain)).parts());
        assertThat(new ShelfReader(body).told(2)).containsExactly(claimed, plain);
        assertThat(new ShelfReader(body).leased(2)).extracting(Leased::left).containsExactly(DAYS, DAYS);
        assertThat(body.length).as("an earlier build reads 40 bytes for each at most, and 256").isLessThan(2 * 40 + 1);

        byte[] before = Parts.joined(new ShelfWriter().leased(List.of(plain)).parts());
        Leased unknown = new ShelfReader(before).told(1).get(0);
        assertThat(unknown.claims()).isEmpty();
        assertThat(claimed.isClaimedOtherwise(unknown)).as("it could be told nothing").isFalse();
        assertThat(claimed.isClaimedOtherwise(plain)).isTrue();
    }

    @Test
    void what_is_told_to_be_renewed_is_the_plain_lease() {
        Leased claimed = new Leased(CHUNK.id(), 3, DAYS, Duration.ofDays(2), OptionalLong.of(-5));

        assertThat(new ShelfReader(Parts.joined(new ShelfWriter().leased(List.of(claimed)).parts())).leased(1).get(0).left())
                .isEqualTo(Duration.ofDays(2));
        assertThat(claimed.isMore(new Leased(CHUNK.id(), 3, Duration.ofDays(5)), Duration.ZERO)).isFalse();
    }
}
