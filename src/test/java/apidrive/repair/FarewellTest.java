package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import apidrive.chunk.Lease;
import apidrive.chunk.MemoryChunkStore;
import apidrive.chunk.Tombstone;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

class FarewellTest {
    private static final Lease MONTH = new Lease(Duration.ofDays(30));
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");
    private static final Chunk ONE = Chunk.of(new byte[] {1});
    private static final Chunk OTHER = Chunk.of(new byte[] {2});

    private final SmallNetwork network = new SmallNetwork();
    private final MemoryChunkStore store = new MemoryChunkStore(10);
    private final Map<NodeId, List<Buried>> told = new HashMap<>();
    private final Set<NodeId> broken = new TreeSet<>();
    private Instant now = NOON;
    private final OwnChunks own = (OwnChunks) Proxy.newProxyInstance(OwnChunks.class.getClassLoader(), new Class<?>[] {OwnChunks.class},
            (proxy, method, arguments) -> method.getName().equals("now") ? now : store);
    private final Farewell farewell = new Farewell(network, this::shelf, own, MONTH);

    @Test
    void is_said_when_every_server_was_told_of_every_deletion() {
        assertThat(say()).as("there was none").isTrue();
        store.bury(List.of(Tombstone.of(ONE.id(), NOON.minusSeconds(60), MONTH)));
        broken.add(SmallNetwork.node(3));
        assertThat(say()).isFalse();

        broken.clear();
        assertThat(say()).isTrue();
        assertThat(told).hasSize(5).allSatisfy((node, buried) -> assertThat(buried)
                .containsExactly(new Buried(ONE.id(), Duration.ofSeconds(60))));
        assertThat(say()).isTrue();
    }

    @Test
    void is_not_said_while_a_server_is_away() {
        store.bury(List.of(Tombstone.of(ONE.id(), NOON, MONTH)));
        network.away.add(SmallNetwork.node(2));
        assertThat(say()).isFalse();

        network.away.clear();
        assertThat(say()).isTrue();
    }

    @Test
    void is_to_be_said_again_after_a_later_deletion() {
        assertThat(say()).isTrue();
        store.bury(List.of(Tombstone.of(OTHER.id(), NOON, MONTH)));
        broken.add(SmallNetwork.node(5));

        assertThat(say()).isFalse();
    }

    @Test
    void a_deletion_is_as_old_as_it_is_when_it_is_told() {
        store.bury(List.of(Tombstone.of(ONE.id(), NOON, MONTH)));
        now = NOON.plusSeconds(90);
        farewell.say(network.placement(), NOON);

        assertThat(told.get(SmallNetwork.node(1))).containsExactly(new Buried(ONE.id(), Duration.ofSeconds(90)));
    }

    private boolean say() {
        return farewell.say(network.placement(), now);
    }

    private Shelf shelf(NodeId node) {
        return (Shelf) Proxy.newProxyInstance(Shelf.class.getClassLoader(), new Class<?>[] {Shelf.class}, (proxy, method, arguments) -> {
            if (broken.contains(node)) {
                throw Problem.PEER_FAILED.because("broken");
            }
            ((List<?>) arguments[0]).forEach(one -> told.computeIfAbsent(node, nobody -> new ArrayList<>()).add((Buried) one));
            return null;
        });
    }
}
