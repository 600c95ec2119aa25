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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.chunk.ChunkService;
import apidrive.chunk.Lease;
import apidrive.chunk.MemoryChunkStore;
import apidrive.chunk.Put;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

class LateLeasesTest {
    private static final Lease MONTH = new Lease(Duration.ofDays(30));
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");
    private static final Chunk CHUNK = Chunk.of(new byte[] {1});
    private static final Leased RENEWED = new Leased(CHUNK.id(), 3, MONTH.lifetime());

    private final SmallNetwork network = new SmallNetwork();
    private final List<NodeId> holders = network.ranking().subList(0, 3);
    private final MemoryChunkStore store = new MemoryChunkStore(10);
    private final ChunkService service = new ChunkService(store, store, () -> NOON, MONTH,
            new ChunkService.Bounds(1, 10, Duration.ofSeconds(5), 1, 1, 10, 1_000_000), new SimpleMeterRegistry());
    private final OwnChunks own = new ServiceChunks(service, store);
    private final LocalShelf shelf = new LocalShelf(own, network, new MemoryHealQueue(), MONTH, () -> NOON);
    private final Map<NodeId, List<Leased>> told = new HashMap<>();
    private final Set<NodeId> broken = new TreeSet<>();
    private final LateLeases late = new LateLeases(network, this::shelf, own);

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void every_holder_is_told_of_a_lease_that_a_retrieval_renewed_two_days_before_its_end() {
        keep(Duration.ofDays(2));
        service.retrieve(CHUNK.id());
        service.renewals().step(NOON);
        late.tell(NOON);

        assertThat(told).containsOnlyKeys(holders).allSatisfy((node, leases) -> assertThat(leases).containsExactly(RENEWED));
        late.tell(NOON);
        assertThat(told).as("once").allSatisfy((node, leases) -> assertThat(leases).hasSize(1));
    }

    @Test
    void also_of_one_that_a_retrieval_through_another_server_renewed() {
        keep(Duration.ofDays(2));
        shelf.fetch(List.of(CHUNK.id()), true);
        late.tell(NOON);

        assertThat(told).containsOnlyKeys(holders).allSatisfy((node, leases) -> assertThat(leases).containsExactly(RENEWED));
    }

    @Test
    void nobody_is_told_of_what_all_find_out_in_time() {
        keep(Duration.ofDays(4));
        shelf.fetch(List.of(CHUNK.id()), true);
        late.tell(NOON);
        keep(Duration.ofDays(4));
        service.retrieve(CHUNK.id());
        service.renewals().step(NOON);
        late.tell(NOON);

        assertThat(told).isEmpty();
    }

    @Test
    void one_that_fails_is_told_next_time_and_one_that_is_away_is_passed_over() {
        keep(Duration.ofDays(2));
        broken.add(holders.get(0));
        network.away.add(holders.get(1));
        shelf.fetch(List.of(CHUNK.id()), true);
        late.tell(NOON);
        assertThat(told).containsOnlyKeys(holders.get(2));

        broken.clear();
        late.tell(NOON);
        assertThat(told).containsOnlyKeys(holders.get(0), holders.get(2));
    }

    private void keep(Duration left) {
        assertThat(service.keep(Put.ofPeer(CHUNK, 3, NOON.plus(left))).join().refusal()).isEmpty();
    }

    private Shelf shelf(NodeId node) {
        return (Shelf) Proxy.newProxyInstance(Shelf.class.getClassLoader(), new Class<?>[] {Shelf.class}, (proxy, method, arguments) -> {
            if (broken.contains(node)) {
                throw Problem.PEER_FAILED.because("broken");
            }
            ((List<?>) arguments[0]).forEach(one -> told.computeIfAbsent(node, nobody -> new ArrayList<>()).add((Leased) one));
            return null;
        });
    }
}
