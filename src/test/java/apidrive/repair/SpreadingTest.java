package apidrive.repair;

import static apidrive.problem.Problem.CHUNK_DELETED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;

import apidrive.chunk.Lease;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.repair.Replica.Origin;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

class SpreadingTest {
    private static final Chunk CHUNK = Chunk.of(new byte[] {1, 2, 3});
    private static final Lease MONTH = new Lease(Duration.ofDays(30));
    private static final Duration CALL = Duration.ofSeconds(3);
    private static final UUID HOLDER = new UUID(7, 7);
    private static final Wish TWO_OF_THREE = new Wish(3, 2);

    private final SmallNetwork network = new SmallNetwork();
    private final NodeId first = network.ranking().get(0);
    private final NodeId second = network.ranking().get(1);
    private final NodeId third = network.ranking().get(2);
    private final Deque<Runnable> calls = new ArrayDeque<>();
    private final Deque<Runnable> leisurely = new ArrayDeque<>();
    private final Map<NodeId, List<Replica>> sent = new HashMap<>();
    private final Set<NodeId> broken = new TreeSet<>();
    private final Set<NodeId> brittle = new TreeSet<>();  // that fail after one call
    private final Map<NodeId, List<Made>> struck = new HashMap<>();
    private final Map<NodeId, Set<Origin>> refused = new HashMap<>();
    private Instant now = Instant.parse("2030-01-01T12:00:00Z");
    private final Spreading spreading = new Spreading(network, null, this::shelf, new MemoryHealQueue(), MONTH, () -> now, calls::add,
            leisurely::add, hurry -> { });

    @Test
    void the_first_holder_notes_what_the_others_are_owed_and_nobody_is_sent_a_chunk_twice() {
        CompletableFuture<Stored> stored = store();
        leisure();

        assertThat(stored).isCompletedWithValueMatching(done -> done.holders().size() == 2);
        assertThat(sent).containsOnlyKeys(first, second, third).allSatisfy((node, replicas) -> assertThat(replicas).hasSize(1));
        assertThat(sent.get(first).get(0).owed()).containsExactly(second, third);
        assertThat(sent.get(second).get(0).owed()).isEmpty();
    }

    @Test
    void holders_beyond_the_promise_are_sent_to_at_leisure() {
        store();
        assertThat(sent).containsOnlyKeys(first, second);

        leisure();
        assertThat(sent.get(third)).hasSize(1);
    }

    @Test
    void a_holder_beyond_the_promise_is_sent_to_at_once_where_another_fails() {
        broken.add(second);

        assertThat(store()).isCompletedWithValueMatching(done -> done.holders().equals(List.of(first, third)));
    }

    @Test
    void where_the_one_that_was_to_note_it_fails_another_that_has_the_chunk_is_told_what_is_owed() {
        broken.add(first);
        assertThat(store()).isCompletedWithValueMatching(done -> done.holders().equals(List.of(second, third)));

        assertThat(sent.get(second)).hasSize(2);
        assertThat(sent.get(second).get(1).owed()).contains(first).doesNotContain(second);
        assertThat(sent.get(third)).hasSize(1);
    }

    @Test
    void where_that_one_fails_as_well_the_next_is_told() {
        broken.add(first);
        brittle.add(second);
        store();

        assertThat(sent.get(second)).hasSize(2);
        assertThat(sent.get(third)).hasSize(2);
        assertThat(sent.get(third).get(1).owed()).containsExactly(first);
    }

    @Test
    void a_node_that_knows_of_a_deletion_is_told_how_long_ago_the_store_began() {
        refused.put(first, Set.of(Origin.FRESH));
        assertThat(store()).isCompletedWithValueMatching(done -> done.holders().size() == 2);

        assertThat(sent.get(first)).extracting(Replica::origin).containsExactly(Origin.FRESH, Origin.INSISTED);
        assertThat(sent.get(first).get(1).left()).isEqualTo(MONTH.lifetime().minus(CALL));
        assertThat(sent.get(first).get(1).owed()).contains(second, third);
    }

    @Test
    void a_node_that_says_then_that_the_deletion_came_later_has_done_its_part() {
        refused.put(first, Set.of(Origin.FRESH, Origin.INSISTED));
        refused.put(second, Set.of(Origin.FRESH, Origin.INSISTED));
        broken.add(third);

        assertThat(store()).isCompletedWithValueMatching(done -> done.holders().equals(List.of(first, second)));
        leisure();
        assertThat(sent).as("who stands in would bring it back").containsOnlyKeys(first, second, third);
    }

    @Test
    void what_a_holder_claims_undoes_a_deletion_also_of_a_moment_ago() {
        refused.put(first, Set.of(Origin.FRESH));
        assertThat(store(Optional.of(HOLDER))).isCompletedWithValueMatching(done -> done.holders().size() == 2);

        assertThat(sent.get(first)).extracting(Replica::origin).containsExactly(Origin.FRESH, Origin.INSISTED);
        assertThat(sent.get(first).get(1).left()).isEqualTo(MONTH.lifetime());
        assertThat(sent.get(first).get(1).holds()).containsExactly(new Hold(HOLDER, MONTH.lifetime()));
    }

    @Test
    void what_a_holder_claims_who_has_ended_is_refused() {
        network.ranking().forEach(node -> refused.put(node, Set.of(Origin.FRESH, Origin.INSISTED)));

        assertThat(store(Optional.of(HOLDER))).failsWithin(Duration.ZERO).withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ProblemException.class).satisfies(failure ->
                        assertThat(((ProblemException) failure.getCause()).problem()).isEqualTo(CHUNK_DELETED));
    }

    @Test
    void copies_that_are_confirmed_are_struck_off_where_they_were_noted() {
        store();
        leisure();
        spreading.receipts().step(now);

        assertThat(struck).containsOnlyKeys(first);
        assertThat(struck.get(first)).containsExactly(new Made(CHUNK.id(), second), new Made(CHUNK.id(), third));
    }

    private CompletableFuture<Stored> store() {
        return store(Optional.empty());
    }

    private CompletableFuture<Stored> store(Optional<UUID> holder) {
        CompletableFuture<Stored> stored = spreading.store(CHUNK, TWO_OF_THREE, holder);
        work();
        return stored;
    }

    /** What is kept back goes. */
    private void leisure() {
        while (!leisurely.isEmpty()) {
            leisurely.remove().run();
        }
        work();
    }

    private void work() {
        while (!calls.isEmpty()) {
            calls.remove().run();
        }
    }

    private Shelf shelf(NodeId node) {
        return (Shelf) Proxy.newProxyInstance(Shelf.class.getClassLoader(), new Class<?>[] {Shelf.class}, (proxy, method, arguments) -> {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            if (method.getName().equals("made")) {
                ((List<?>) arguments[0]).forEach(made -> struck.computeIfAbsent(node, one -> new ArrayList<>()).add((Made) made));
                return null;
            }
            Replica replica = (Replica) ((List<?>) arguments[0]).get(0);
            sent.computeIfAbsent(node, one -> new ArrayList<>()).add(replica);
            now = now.plus(CALL);
            if (broken.contains(node) || brittle.contains(node) && sent.get(node).size() > 1) {
                throw Problem.PEER_FAILED.because("broken");
            }
            return List.of(refused.getOrDefault(node, Set.of()).contains(replica.origin()) ? Optional.of(CHUNK_DELETED) : Optional.empty());
        });
    }
}
