package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import apidrive.wire.NodeId;

class NeighbourhoodTest {
    private static final int SERVERS = 5_000;
    private final List<NodeId> ids = IntStream.range(0, SERVERS).mapToObj(i -> new NodeId(new UUID(i * 7_919L, i))).toList();

    @Test
    void some_of_the_zone_come_first_then_links_of_as_many_zones_as_possible() {
        List<NodeId> chosen = chosen("zone3", 1, 30);

        assertThat(chosen).hasSize(120).doesNotHaveDuplicates();
        assertThat(chosen.subList(0, 100)).allMatch(id -> zone(id, 30).equals("zone3"));
        assertThat(chosen.subList(100, 120).stream().map(id -> zone(id, 30)).distinct()).hasSize(20).doesNotContain("zone3");
        assertThat(new HashSet<>(chosen("zone3", 1, 4).subList(100, 120).stream().map(id -> zone(id, 4)).toList())).hasSize(3);
    }

    @Test
    void the_same_seed_chooses_the_same_and_another_seed_others() {
        assertThat(chosen("zone1", 5, 30)).isEqualTo(chosen("zone1", 5, 30)).isNotEqualTo(chosen("zone1", 6, 30));
    }

    @Test
    void a_small_network_is_shown_whole_and_an_unknown_zone_by_its_links() {
        Neighbourhood few = new Neighbourhood("zone0", 1, 100, 20);
        ids.stream().limit(10).forEach(id -> few.offer(id, zone(id, 3)));
        assertThat(few.chosen()).hasSize(10);
        assertThat(chosen("nowhere", 1, 30)).hasSize(20);
    }

    @Test
    void whoever_follows_links_from_day_to_day_gets_everywhere() {
        Set<NodeId> seen = new HashSet<>();
        Random random = new Random(7);
        for (int day = 0; day < 400; day++) {
            seen.addAll(chosen("zone" + random.nextInt(30), day, 30));
        }

        assertThat(seen).hasSize(SERVERS);
    }

    private List<NodeId> chosen(String zone, long seed, int zones) {
        Neighbourhood neighbourhood = new Neighbourhood(zone, seed, 100, 20);
        ids.forEach(id -> neighbourhood.offer(id, zone(id, zones)));
        return neighbourhood.chosen();
    }

    private static String zone(NodeId id, int zones) {
        return "zone" + id.low() % zones;
    }
}
