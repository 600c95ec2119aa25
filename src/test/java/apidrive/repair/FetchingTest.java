package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

class FetchingTest {
    private static final Chunk CHUNK = Chunk.of(new byte[] {1, 2, 3});

    private final Deque<Runnable> calls = new ArrayDeque<>();
    private final Deque<Runnable> hedges = new ArrayDeque<>();
    private final List<NodeId> asked = new ArrayList<>();
    private final Set<NodeId> keepers = new TreeSet<>();
    private final Set<NodeId> broken = new TreeSet<>();
    private final SmallNetwork network = new SmallNetwork();
    private final List<NodeId> ranking = network.ranking();
    private final Fetching fetching = new Fetching(network, this::shelf, 3, calls::add, hedges::add, new Random(1));

    @BeforeEach
    void count() {
        network.size = 6;  // the five, and this one
    }

    @Test
    void asks_holders_before_others_and_goes_on_until_one_has_it() {
        keepers.add(ranking.get(4));
        CompletableFuture<Optional<Replica>> found = fetching.fetch(CHUNK.id());
        work();

        assertThat(found).isCompletedWithValueMatching(replica -> replica.get().chunk() == CHUNK);
        assertThat(asked).hasSize(5).startsWith(asked.get(0)).endsWith(ranking.get(3), ranking.get(4));
        assertThat(asked.subList(0, 3)).containsExactlyInAnyOrderElementsOf(ranking.subList(0, 3));
    }

    @Test
    void of_two_holders_drawn_the_less_busy_one_is_asked_first() {
        ranking.subList(0, 3).forEach(holder -> network.loads.put(holder, 0.9));
        network.loads.put(ranking.get(1), 0.1);
        Map<NodeId, Integer> first = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            asked.clear();
            fetching.look(CHUNK.id());
            work();
            first.merge(asked.get(0), 1, Integer::sum);
        }

        assertThat(first.get(ranking.get(1))).as("it is among the two drawn in two of three cases").isBetween(160, 240);
    }

    @Test
    void a_slow_node_is_hedged_by_the_next_and_the_first_answer_counts() {
        keepers.addAll(ranking);
        CompletableFuture<Optional<Replica>> found = fetching.fetch(CHUNK.id());
        Runnable slow = calls.remove();
        hedges.remove().run();
        assertThat(calls).hasSize(1);
        calls.remove().run();

        assertThat(found).isDone();
        slow.run();
        assertThat(asked).hasSize(2);
        hedges.forEach(Runnable::run);
        assertThat(calls).as("nobody else is asked once it is found").isEmpty();
    }

    @Test
    void however_many_ask_it_is_fetched_once_and_again_for_the_next() {
        keepers.addAll(ranking);
        List<CompletableFuture<Optional<Replica>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(fetching.fetch(CHUNK.id()));
        }
        work();
        assertThat(all).allMatch(CompletableFuture::isDone);
        assertThat(asked).hasSize(1);

        fetching.fetch(CHUNK.id());
        work();
        assertThat(asked).hasSize(2);
    }

    @Test
    void is_unknown_only_when_all_that_may_keep_it_said_so() {
        CompletableFuture<Optional<Replica>> nowhere = fetching.fetch(CHUNK.id());
        work();
        assertThat(nowhere).isCompletedWithValue(Optional.empty());

        broken.add(ranking.get(4));
        assertNotReady(fetching.fetch(CHUNK.id()));
        broken.clear();
        network.away.add(ranking.get(0));
        assertNotReady(fetching.fetch(CHUNK.id()));
    }

    @Test
    void is_never_called_unknown_by_those_that_are_cut_off_from_half_of_the_network() {
        network.size = 11;  // this one, five that answer, and five that lost their place to them
        CompletableFuture<Optional<Replica>> nowhere = fetching.fetch(CHUNK.id());
        work();
        assertThat(nowhere).isCompletedWithValue(Optional.empty());

        network.size = 12;
        assertNotReady(fetching.fetch(CHUNK.id()));
    }

    @Test
    void one_that_fails_is_passed_over() {
        keepers.add(ranking.get(2));
        broken.addAll(ranking.subList(0, 2));
        CompletableFuture<Optional<Replica>> found = fetching.fetch(CHUNK.id());
        work();

        assertThat(found).isCompletedWithValueMatching(Optional::isPresent);
    }

    @Test
    void many_that_have_the_same_first_candidate_share_a_call() {
        keepers.addAll(ranking);
        Chunk other = Chunk.of(new byte[] {9});
        Map<ChunkId, CompletableFuture<Optional<Replica>>> found = fetching.fetch(List.of(CHUNK.id(), other.id()));
        work();

        assertThat(found.get(CHUNK.id())).isCompletedWithValueMatching(Optional::isPresent);
        assertThat(found.get(other.id())).as("nobody keeps this one").isCompletedWithValue(Optional.empty());
    }

    private void assertNotReady(CompletableFuture<Optional<Replica>> fetch) {
        work();
        assertThat(fetch).isCompletedExceptionally();
        try {
            fetch.get();
        } catch (ExecutionException e) {
            ProblemException told = (ProblemException) e.getCause();
            assertThat(told.problem()).isEqualTo(Problem.CHUNK_AWAY);
            assertThat(told.retryAfter()).contains(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
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
            asked.add(node);
            if (broken.contains(node)) {
                throw Problem.PEER_FAILED.because("broken");
            }
            return keepers.contains(node) && ((Collection<?>) arguments[0]).contains(CHUNK.id())
                    ? Map.of(CHUNK.id(), Replica.ofKept(CHUNK, 3, Duration.ofDays(1))) : Map.of();
        });
    }
}
