package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

class CouriersTest {
    private static final NodeId NEAR = new NodeId(new UUID(1, 1));
    private static final NodeId FAR = new NodeId(new UUID(2, 2));
    private static final int UNDER_WAY = 2;
    private static final int WAITING = 1_024;

    private final Deque<Runnable> workers = new ArrayDeque<>();
    private final Deque<Runnable> timers = new ArrayDeque<>();
    private final List<Integer> loads = new ArrayList<>();
    private boolean isBroken;
    private Runnable whileCalled = () -> { };
    private final Couriers couriers = new Couriers(this::shelf, workers::add, timers::add);

    @Test
    void a_chunk_goes_at_once_and_its_answer_comes_back() {
        CompletableFuture<Optional<Problem>> receipt = couriers.send(NEAR, replica(0), true);
        CompletableFuture<Optional<Problem>> refused = couriers.send(FAR, replica(1), true);
        work();

        assertThat(receipt).isCompletedWithValue(Optional.empty());
        assertThat(refused).as("an odd one").isCompletedWithValue(Optional.of(Problem.NO_FREE_SLOT));
    }

    @Test
    void what_comes_while_two_calls_are_under_way_shares_the_next_up_to_what_a_call_holds() {
        List<CompletableFuture<Optional<Problem>>> receipts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            receipts.add(couriers.send(NEAR, replica(i), true));
        }
        assertThat(workers).as("one travels while the other is committed").hasSize(UNDER_WAY);
        assertThat(couriers.waiting()).isEqualTo(200);
        work();

        assertThat(loads).containsExactly(64, 64, 64, 8);
        assertThat(receipts).allMatch(CompletableFuture::isDone);
        assertThat(couriers.waiting()).isZero();
    }

    @Test
    void what_nobody_waits_for_travels_with_what_somebody_does() {
        CompletableFuture<Optional<Problem>> leisurely = couriers.send(NEAR, replica(0), false);
        couriers.send(FAR, replica(0), true);
        work();
        assertThat(leisurely).isNotDone();
        assertThat(couriers.waiting()).isEqualTo(1);

        couriers.send(NEAR, replica(2), true);
        work();
        assertThat(leisurely).isCompletedWithValue(Optional.empty());
        assertThat(loads).containsExactly(1, 2);
    }

    @Test
    void what_nobody_waits_for_goes_alone_when_its_leisure_is_over() {
        CompletableFuture<Optional<Problem>> first = couriers.send(NEAR, replica(0), false);
        couriers.send(NEAR, replica(2), false);
        assertThat(timers).as("one for both").hasSize(1);
        timers.remove().run();
        work();
        assertThat(first).isCompletedWithValue(Optional.empty());
        assertThat(loads).containsExactly(2);

        couriers.send(NEAR, replica(4), false);
        assertThat(timers).as("one for those that come after").hasSize(1);
    }

    @Test
    void what_nobody_waits_for_goes_once_it_is_worth_a_call_of_its_own() {
        for (int i = 0; i < 4; i++) {
            couriers.send(NEAR, replica(i), false);
        }
        work();

        assertThat(loads).containsExactly(4);
    }

    @Test
    void what_nobody_waits_for_does_not_go_with_the_answer_to_what_went_before() {
        couriers.send(NEAR, replica(0), true);
        Runnable call = workers.remove();
        whileCalled = () -> couriers.send(NEAR, replica(2), false);
        call.run();
        work();
        assertThat(loads).containsExactly(1);

        timers.remove().run();
        work();
        assertThat(loads).containsExactly(1, 1);
    }

    @Test
    void what_is_waited_for_after_all_goes_at_once() {
        CompletableFuture<Optional<Problem>> receipt = couriers.send(NEAR, replica(0), false);
        couriers.hasten(FAR);
        work();
        assertThat(receipt).isNotDone();

        couriers.hasten(NEAR);
        work();
        assertThat(receipt).isCompletedWithValue(Optional.empty());
    }

    @Test
    void a_node_that_is_too_slow_is_refused_more_and_the_others_are_not() {
        for (int i = 0; i < WAITING; i++) {
            assertThat(couriers.send(NEAR, replica(i), true)).isNotDone();
        }

        assertThat(couriers.send(NEAR, replica(0), true)).isCompletedExceptionally();
        assertThat(couriers.send(FAR, replica(0), true)).isNotDone();
    }

    @Test
    void a_call_that_fails_fails_what_it_carried_and_the_next_goes_on() {
        isBroken = true;
        CompletableFuture<Optional<Problem>> lost = couriers.send(NEAR, replica(0), true);
        work();
        assertThat(lost).isCompletedExceptionally();

        isBroken = false;
        CompletableFuture<Optional<Problem>> next = couriers.send(NEAR, replica(2), true);
        work();
        assertThat(next).isCompletedWithValue(Optional.empty());
    }

    private void work() {
        while (!workers.isEmpty()) {
            workers.remove().run();
        }
    }

    private Shelf shelf(NodeId node) {
        return (Shelf) Proxy.newProxyInstance(Shelf.class.getClassLoader(), new Class<?>[] {Shelf.class}, (proxy, method, arguments) -> {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            if (isBroken) {
                throw Problem.PEER_FAILED.because("broken");
            }
            List<?> replicas = (List<?>) arguments[0];
            loads.add(replicas.size());
            whileCalled.run();
            whileCalled = () -> { };
            return replicas.stream().map(replica -> ((Replica) replica).chunk().data()[0] % 2 == 0 ? Optional.<Problem>empty()
                    : Optional.of(Problem.NO_FREE_SLOT)).collect(Collectors.toList());
        });
    }

    private static Supplier<Replica> replica(int number) {
        return () -> Replica.ofKept(Chunk.of(new byte[] {(byte) number}), 3, Duration.ofDays(1));
    }
}
