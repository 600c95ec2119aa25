package apidrive.door.sos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import apidrive.name.NamePage;
import apidrive.object.Places;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/** SOS-3: the list, of which at no time more than a page is here. */
class ListingTest {
    private static final int COPIES = 3;
    private final Places places = new Places("downloads", 1);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void pages_follow_each_other_as_one_array_also_empty_ones() throws IOException {
        Map<Optional<String>, NamePage<String>> pages = Map.of(Optional.empty(), page(Optional.of("b"), 0, "a", "b"),
                Optional.of("b"), page(Optional.of("x"), 0), Optional.of("x"), page(Optional.empty(), 0, "y"));
        new Listing(pages::get, COPIES, places.take()).writeTo(out);
        assertThat(out).hasToString("[\"a\",\"b\",\"y\"]");
        assertThat(places.taken()).isZero();
    }

    @Test
    void none_are_an_empty_array() throws IOException {
        new Listing(after -> page(Optional.empty(), 0), COPIES, places.take()).writeTo(out);
        assertThat(out).hasToString("[]");
    }

    @Test
    void a_list_of_which_names_may_be_missing_is_refused_from_the_start_and_ends_short_later() {
        assertThatThrownBy(() -> new Listing(after -> page(Optional.empty(), COPIES, "a"), COPIES, places.take()))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.problem()).isEqualTo(Problem.PEER_FAILED));
        assertThat(places.taken()).isZero();

        Listing later = new Listing(after -> after.isEmpty() ? page(Optional.of("a"), COPIES - 1, "a") : page(Optional.empty(), COPIES, "b"),
                COPIES, places.take());
        assertThatThrownBy(() -> later.writeTo(out)).isInstanceOf(ProblemException.class);
        assertThat(out).hasToString("[\"a\"");
        assertThat(places.taken()).isZero();
    }

    private static NamePage<String> page(Optional<String> next, int silent, String... names) {
        Set<NodeId> nodes = IntStream.range(0, silent).mapToObj(i -> new NodeId(new UUID(0, i + 1))).collect(Collectors.toSet());
        return new NamePage<>(List.of(names), next, nodes);
    }
}
