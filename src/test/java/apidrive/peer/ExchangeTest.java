package apidrive.peer;

import static apidrive.peer.Solo.id;
import static apidrive.peer.Solo.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private static final Duration HEAL = Duration.ofMinutes(10);
    private static final Duration FORGET = Duration.ofDays(7);

    @Test
    void equal_lists_cost_one_small_call() {
        Solo a = new Solo(0, 1, 2, 3);
        Solo b = new Solo(1, 0, 2, 3);

        assertThat(a.converse(b)).isLessThan(400);
        assertThat(a.exchange.begin().partner()).isEmpty();
    }

    @Test
    void a_newcomer_learns_all_and_is_known_at_once() {
        Solo newcomer = new Solo(0);
        int[] known = IntStream.range(2, 80).toArray();
        Solo host = new Solo(1, known);
        newcomer.converse(host);

        assertThat(newcomer.table.size()).isEqualTo(80);
        assertThat(host.sees(0)).isEqualTo(Observed.ALIVE);
        assertThat(newcomer.table.digests()).isEqualTo(host.table.digests());
    }

    @Test
    void each_side_gets_what_is_newer_on_the_other() {
        Solo a = new Solo(0, 1, 2, 3, 4);
        Solo b = new Solo(1, 0, 2, 3, 5);
        a.table.announced(said(2, 7));
        b.table.announced(said(3, 8));
        a.converse(b);

        for (Solo node : List.of(a, b)) {
            assertThat(node.table.sequence(id(2))).isEqualTo(7);
            assertThat(node.table.sequence(id(3))).isEqualTo(8);
            assertThat(node.table.size()).isEqualTo(6);
        }
        assertThat(a.pinged(1).rumours()).contains(new Rumour.Announced(said(3, 8)));
    }

    @Test
    void a_death_elsewhere_is_looked_into_and_not_believed() {
        Solo a = new Solo(0, 1, 2, 3, 4, 5, 6, 7, 8);
        Solo b = new Solo(1, 0, 2, 3, 4, 5, 6, 7, 8);
        b.table.observe(id(5), Observed.DEAD);
        a.converse(b);

        assertThat(a.sees(5)).isEqualTo(Observed.ALIVE);
        Call first = a.nextCalls().get(0);
        assertThat(first.to()).isEqualTo(id(5));
        assertThat(MessageCodec.decode(first.body()).rumours().get(0))
                .isEqualTo(new Rumour.Died(id(5), 1, a.key.id()));
    }

    @Test
    void who_is_held_for_dead_itself_objects() {
        Solo a = new Solo(0, 1);
        Solo b = new Solo(1, 0);
        b.table.observe(id(0), Observed.DEAD);
        a.converse(b);
        assertThat(a.self().sequence()).isEqualTo(2);

        a.converse(b);
        assertThat(b.sees(0)).isEqualTo(Observed.ALIVE);
    }

    @Test
    void the_dead_that_a_newcomer_hears_of_have_been_dead_for_as_long_as_they_have() {
        Solo host = new Solo(1);
        host.table.put(said(2, 1), Observed.DEAD, HEAL.plusMinutes(1));
        Solo newcomer = new Solo(0);
        newcomer.converse(host);

        Member dead = newcomer.table.find(id(2)).orElseThrow();
        assertThat(dead.observed()).isEqualTo(Observed.DEAD);
        assertThat(dead.since()).isGreaterThan(HEAL);
        assertThat(dead.placed()).isFalse();
    }

    @Test
    void what_was_forgotten_by_hand_is_forgotten_by_all_who_held_it_for_long_dead() {
        Solo a = new Solo(0, 1, 2);
        Solo b = new Solo(1, 0, 2);
        for (Solo node : List.of(a, b)) {
            node.table.observe(id(2), Observed.DEAD);
        }
        a.table.forget(id(2));
        a.converse(b);
        assertThat(b.table.find(id(2))).as("still in the placement").isPresent();

        b.table.advance(HEAL.plusMinutes(1).toNanos());
        b.table.sweep();
        b.converse(a);
        assertThat(b.table.find(id(2))).isEmpty();
        assertThat(a.table.find(id(2))).isEmpty();
        assertThat(a.converse(b)).isLessThan(400);
    }

    @Test
    void few_differences_among_many_cost_little_and_are_all_mended() {
        Solo a = new Solo(0, 1);
        Solo b = new Solo(1, 0);
        Census census = new Census(1);
        for (int i = 0; i < 20_000; i++) {
            Announcement announcement = census.next();
            a.table.announced(announcement);
            b.table.announced(announcement);
        }
        for (int key = 2; key < 8; key++) {
            (key % 2 == 0 ? a : b).table.announced(said(key, 1));
        }
        long bytes = a.converse(b);

        assertThat(bytes).isLessThan(60_000);
        assertThat(a.table.digests()).isEqualTo(b.table.digests());
    }

    @Test
    void more_than_fits_into_one_conversation_is_mended_by_several() {
        SimNetwork unsigned = new SimNetwork(1, SwimSettings.DEFAULT);
        MemberTable left = new MemberTable(HEAL, FORGET);
        MemberTable right = new MemberTable(HEAL, FORGET);
        MemberScale.fill(left, 12_000, 1);
        MemberScale.fill(right, 12_000, 2);
        Exchange a = MemberScale.exchange(unsigned, left, 0);
        Exchange b = MemberScale.exchange(unsigned, right, 1);
        int conversations = 0;
        while (!Arrays.equals(left.digests(), right.digests()) && conversations++ < 60) {
            Exchange.Conversation talk = (conversations % 2 == 0 ? a : b).begin();
            Exchange other = conversations % 2 == 0 ? b : a;
            for (Optional<byte[]> request = talk.request(); request.isPresent(); request = talk.request()) {
                byte[] answer = other.answer(request.get(), 0);
                assertThat(Math.max(request.get().length, answer.length)).isLessThanOrEqualTo(Exchange.MAX_BYTES);
                talk.take(answer, 0);
            }
        }

        assertThat(left.size()).isEqualTo(24_002).isEqualTo(right.size());
    }

    @Test
    void nothing_enters_that_its_node_did_not_sign_for_this_network() {
        Solo host = new Solo(1);
        host.table.announced(Announcement.sign(SimKeys.get(2), "other", SimNode.profile(2), 1));
        host.table.announced(new Census(1).next());
        Solo newcomer = new Solo(0);
        newcomer.converse(host);

        assertThat(newcomer.table.size()).isEqualTo(2);
        assertThat(newcomer.refusals.of(Refusal.WRONG_SIGNATURE)).isEqualTo(2);
    }

    @Test
    void a_stranger_of_another_network_is_shown_the_door() {
        Solo host = new Solo(1, 2, 3);
        byte[] greeting = Exchange.begun(Exchange.GREET).putBytes(Announcement.sign(SimKeys.get(0), "other",
                SimNode.profile(0), 1).toBytes()).putCount(1).put64(0).toBytes();

        assertThatThrownBy(() -> host.exchange.answer(greeting, 0)).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.FORBIDDEN));
        assertThat(host.table.size()).isEqualTo(3);
        assertThat(host.refusals.of(Refusal.WRONG_SIGNATURE)).isEqualTo(1);
    }

    @Test
    void whatever_bytes_come_are_answered_or_refused_on_either_side() {
        List<byte[]> bodies = new ArrayList<>();
        Solo a = new Solo(0, 1, 2, 3);
        Solo b = new Solo(1, 0, 4, 5);
        Exchange.Conversation talk = a.exchange.begin();
        for (Optional<byte[]> request = talk.request(); request.isPresent(); request = talk.request()) {
            bodies.add(request.get());
            byte[] answer = b.exchange.answer(request.get(), 0);
            bodies.add(answer);
            talk.take(answer, 0);
        }
        bodies.add(Exchange.begun(Exchange.SPLIT).putCount(2).put8(3).put8(4).toBytes());
        bodies.add(Exchange.begun(Exchange.PAGE).putId(id(0)).toBytes());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = bodies.get(i % bodies.size()).clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            refusedOrNot(() -> b.exchange.answer(changed, 0));
            refusedOrNot(() -> a.exchange.begin().take(changed, 0));
        }

        assertThat(a.table.size()).isEqualTo(6);
        assertThat(b.refusals.of(Refusal.MALFORMED)).isPositive();
    }

    @Test
    void a_page_that_would_blow_up_is_not_inflated() {
        Packer bomb = Exchange.begun(Exchange.GIVE).putCount(0).putCount(1L << 40).putBytes(new byte[100]);

        assertThatThrownBy(() -> new Solo(1).exchange.answer(bomb.toBytes(), 0)).isInstanceOfSatisfying(
                ProblemException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED));
    }

    @Test
    void the_dead_are_called_now_and_then_and_always_when_nobody_else_is_left() {
        Solo node = new Solo(0, 1, 2, 3, 4);
        assertThat(new Solo(0).exchange.partner()).isEmpty();
        node.table.observe(id(1), Observed.DEAD);
        int dead = 0;
        for (int i = 0; i < 400; i++) {
            dead += node.exchange.partner().orElseThrow().id().equals(id(1)) ? 1 : 0;
        }
        assertThat(dead).isBetween(50, 200);

        for (int key = 2; key < 5; key++) {
            node.table.observe(id(key), Observed.DEAD);
        }
        assertThat(node.exchange.partner()).isPresent();
    }

    private static void refusedOrNot(Runnable action) {
        try {
            action.run();
        } catch (ProblemException e) {
            assertThat(e.problem()).isIn(Problem.MALFORMED, Problem.FORBIDDEN);
        }
    }
}
