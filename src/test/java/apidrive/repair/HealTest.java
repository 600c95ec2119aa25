package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import apidrive.chunk.Lease;
import apidrive.chunk.MemoryChunkStore;
import apidrive.chunk.Put;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/** What the simulated networks show too seldom. */
class HealTest {
    private static final Lease MONTH = new Lease(Duration.ofDays(30));
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");
    private static final Chunk CHUNK = Chunk.of(new byte[] {1});

    private final SmallNetwork network = new SmallNetwork();
    private final NodeId owed = network.ranking().get(0);
    private final MemoryHealQueue queue = new MemoryHealQueue();
    private final MemoryChunkStore store = new MemoryChunkStore(10, queue);
    private final List<Leased> renewed = new ArrayList<>();
    private Leased there = new Leased(CHUNK.id(), 3, Duration.ofDays(30));
    private final OwnChunks own = (OwnChunks) Proxy.newProxyInstance(OwnChunks.class.getClassLoader(), new Class<?>[] {OwnChunks.class},
            (proxy, method, arguments) -> store);
    private final Heal heal = new Heal(network, this::shelf, own, queue, MONTH, new Budget(1e9, () -> Double.NaN));

    @Test
    void a_node_that_has_what_it_is_owed_already_is_told_the_longer_lease() {
        there = new Leased(CHUNK.id(), 3, Duration.ofDays(20));
        heal();

        assertThat(renewed).containsExactly(new Leased(CHUNK.id(), 3, Duration.ofDays(30)));
    }

    @Test
    void and_that_more_copies_are_wanted() {
        there = new Leased(CHUNK.id(), 2, Duration.ofDays(30));
        heal();

        assertThat(renewed).containsExactly(new Leased(CHUNK.id(), 3, Duration.ofDays(30)));
    }

    @Test
    void and_nothing_for_a_moment_more() {
        there = new Leased(CHUNK.id(), 3, Duration.ofDays(30).minusSeconds(50));
        heal();

        assertThat(renewed).isEmpty();
    }

    private void heal() {
        store.put(List.of(Put.ofUser(CHUNK, 3, List.of())), MONTH.from(NOON));
        queue.add(List.of(new HealQueue.Need(CHUNK.id(), owed, Set.of())), NOON);
        heal.step(NOON);
        assertThat(queue.backlog(NOON).needs()).isZero();
    }

    private Shelf shelf(NodeId node) {
        return (Shelf) Proxy.newProxyInstance(Shelf.class.getClassLoader(), new Class<?>[] {Shelf.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("held")) {
                return List.of(there);
            }
            assertThat(method.getName()).isEqualTo("renew");
            ((List<?>) arguments[0]).forEach(one -> renewed.add((Leased) one));
            return null;
        });
    }
}
