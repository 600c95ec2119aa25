package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.chunk.ChunkService;
import apidrive.chunk.Lease;
import apidrive.chunk.MemoryChunkStore;
import apidrive.chunk.Put;
import apidrive.wire.Chunk;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What the simulated networks show too seldom. */
class SyncTest {
    private static final Lease MONTH = new Lease(Duration.ofDays(30));
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    private final SmallNetwork network = new SmallNetwork();
    private final MemoryChunkStore store = new MemoryChunkStore(10);
    private final ChunkService service = new ChunkService(store, store, () -> NOON, MONTH,
            new ChunkService.Bounds(1, 10, Duration.ofSeconds(5), 1, 1, 10, 1_000_000), new SimpleMeterRegistry());
    private final Set<NodeId> listed = new TreeSet<>();

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void a_node_that_is_started_anew_every_day_compares_the_leases_of_every_part_within_two() {
        service.keep(Put.ofUser(Chunk.of(new byte[] {1}), 3, List.of())).join();
        run(NOON, Duration.ofDays(1).minusMinutes(1));
        run(NOON.plus(Duration.ofDays(1)), Duration.ofDays(1).minusMinutes(1));

        assertThat(listed).containsExactlyInAnyOrderElementsOf(network.ranking());
    }

    /** From one start to its end, without a difference that would have ids listed. */
    private void run(Instant from, Duration time) {
        Sync sync = new Sync(network, this::shelf, new ServiceChunks(service, store), new MemoryHealQueue(), MONTH, new Random(1));
        for (Instant now = from; now.isBefore(from.plus(time)); now = now.plusSeconds(30)) {
            sync.step(now);
        }
    }

    private Shelf shelf(NodeId node) {
        return (Shelf) Proxy.newProxyInstance(Shelf.class.getClassLoader(), new Class<?>[] {Shelf.class}, (proxy, method, arguments) -> {
            switch (method.getName()) {
                case "summaries":
                    return store.summaries(List.of(IdPrefix.ALL), (int) arguments[1], NOON, NOON.plusSeconds(1));
                case "list":
                    listed.add(node);
                    return List.of();
                default:
                    return null;
            }
        });
    }
}
