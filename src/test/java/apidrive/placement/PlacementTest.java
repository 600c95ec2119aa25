package apidrive.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

class PlacementTest {
    private static final int CHUNKS = 100_000;
    private static final int COPIES = 3;

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 8, 10, 12})
    void each_server_keeps_its_weight_of_chunks_within_a_tenth(int count) {
        for (int seed = 0; seed < 5; seed++) {
            assertShares(servers(count, 1, seed), 1.0 / count);
        }
    }

    @ParameterizedTest
    @CsvSource({"6, 3", "9, 3", "8, 4"})
    void also_where_zones_are_equal(int count, int zones) {
        for (int seed = 0; seed < 5; seed++) {
            assertShares(servers(count, zones, seed), 1.0 / count);
        }
    }

    @Test
    void a_server_of_double_weight_keeps_double() {
        List<Placement.Server> servers = servers(10, 1, 1);
        Placement.Server big = new Placement.Server(servers.get(0).id(), "z0", 2);
        servers.set(0, big);
        Map<NodeId, Integer> kept = kept(Placement.of(Placement.DEFAULT_BITS, servers), CHUNKS);

        assertThat(kept.get(big.id()) / (double) (CHUNKS * COPIES)).isCloseTo(2.0 / 11, within(0.1 * 2 / 11));
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "5, 1", "5, 3", "9, 3", "12, 1"})
    void one_more_server_moves_hardly_more_than_its_share(int count, int zones) {
        for (int seed = 0; seed < 5; seed++) {
            List<Placement.Server> servers = servers(count + 1, zones, seed);
            Placement before = Placement.of(Placement.DEFAULT_BITS, servers.subList(0, count));
            Placement after = Placement.of(Placement.DEFAULT_BITS, servers);
            int moved = 0;
            for (int i = 0; i < CHUNKS; i++) {
                Set<NodeId> had = new HashSet<>(before.holders(id(i), COPIES));
                moved += (int) after.holders(id(i), COPIES).stream().filter(holder -> !had.contains(holder)).count();
            }
            assertThat(moved / (double) (CHUNKS * COPIES)).isLessThanOrEqualTo(1.2 / (count + 1));
        }
    }

    @Test
    void copies_stand_in_distinct_zones_first_whatever_their_number() {
        Placement placement = Placement.of(Placement.DEFAULT_BITS, servers(9, 3, 7));
        Map<NodeId, String> zones = new HashMap<>();
        servers(9, 3, 7).forEach(server -> zones.put(server.id(), server.zone()));
        for (int i = 0; i < 1_000; i++) {
            List<String> six = placement.holders(id(i), 6).stream().map(zones::get).toList();
            assertThat(six.subList(0, 3)).doesNotHaveDuplicates();
            assertThat(six.subList(3, 6)).doesNotHaveDuplicates();
        }
    }

    @Test
    void fewer_copies_are_the_first_of_more() {
        Placement placement = Placement.of(Placement.DEFAULT_BITS, servers(7, 2, 3));
        assertThat(placement.holders(id(5), 5)).startsWith(placement.holders(id(5), 3).toArray(NodeId[]::new));
    }

    @Test
    void no_order_of_the_servers_matters() {
        List<Placement.Server> servers = servers(20, 4, 5);
        Placement placement = Placement.of(Placement.DEFAULT_BITS, servers);
        Collections.shuffle(servers, new Random(9));
        Placement other = Placement.of(Placement.DEFAULT_BITS, servers);
        for (int part = 0; part < 1 << Placement.DEFAULT_BITS; part++) {
            IdPrefix prefix = new IdPrefix(Placement.DEFAULT_BITS, part);
            assertThat(other.ranking(prefix)).isEqualTo(placement.ranking(prefix));
        }
    }

    @Test
    void a_server_without_weight_keeps_nothing_and_none_at_all_is_no_error() {
        List<Placement.Server> servers = servers(4, 1, 2);
        servers.set(0, new Placement.Server(servers.get(0).id(), "z0", 0));

        assertThat(Placement.of(Placement.DEFAULT_BITS, servers).holders(id(1), COPIES)).hasSize(3)
                .doesNotContain(servers.get(0).id());
        assertThat(Placement.of(Placement.DEFAULT_BITS, List.of()).holders(id(1), COPIES)).isEmpty();
        assertThat(Placement.of(Placement.DEFAULT_BITS, servers.subList(1, 2)).holders(id(1), COPIES)).hasSize(1);
    }

    @Test
    void this_very_placement_stays_for_ever() {
        Placement placement = Placement.of(Placement.DEFAULT_BITS, servers(5, 3, 42));
        StringBuilder all = new StringBuilder();
        for (int part = 0; part < 1 << Placement.DEFAULT_BITS; part++) {
            all.append(placement.ranking(new IdPrefix(Placement.DEFAULT_BITS, part)));
        }
        assertThat(Digest.of(all.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII)).toString())
                .as("nodes of every version have to agree").isEqualTo("5729f654370f711c1004be3e627dd7e638f54e59777f03df1a6acb32444dd792");
    }

    private static void assertShares(List<Placement.Server> servers, double share) {
        kept(Placement.of(Placement.DEFAULT_BITS, servers), CHUNKS).forEach((id, count) ->
                assertThat(count / (double) (CHUNKS * COPIES)).isCloseTo(share, within(0.1 * share)));
    }

    private static Map<NodeId, Integer> kept(Placement placement, int chunks) {
        Map<NodeId, Integer> kept = new HashMap<>();
        for (int i = 0; i < chunks; i++) {
            placement.holders(id(i), COPIES).forEach(holder -> kept.merge(holder, 1, Integer::sum));
        }
        return kept;
    }

    private static List<Placement.Server> servers(int count, int zones, int seed) {
        Random random = new Random(seed);
        List<Placement.Server> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            servers.add(new Placement.Server(NodeId.of(key), "z" + i % zones, 1));
        }
        return servers;
    }

    private static ChunkId id(int number) {
        return ChunkId.of(Digest.of(ByteBuffer.allocate(4).putInt(number).array()));
    }
}
