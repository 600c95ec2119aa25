package apidrive.peer;

import static apidrive.peer.Solo.id;
import static apidrive.peer.Solo.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SwimTest {
    @Test
    void a_rumour_about_this_node_is_answered_at_once() {
        Solo node = new Solo(0, 1, 2);
        Message.Ack ack = node.pinged(1, new Rumour.Suspected(node.key.id(), 1, id(2)));

        assertThat(ack.sequence()).isEqualTo(2);
        assertThat(ack.rumours()).contains(new Rumour.Announced(node.self()));
        assertThat(node.self().sequence()).isEqualTo(2);
        assertThat(node.persisted).last().isEqualTo(node.self());
        assertThat(node.sees(0)).isEqualTo(Observed.ALIVE);
    }

    @Test
    void a_liar_makes_it_object_once_a_period_only() {
        Solo node = new Solo(0, 1, 2);
        node.pinged(1, new Rumour.Died(node.key.id(), 1, id(2)));
        for (int i = 0; i < 10; i++) {
            node.pinged(1, new Rumour.Died(node.key.id(), node.self().sequence(), id(2)));
        }
        assertThat(node.self().sequence()).isEqualTo(2);

        node.pass(1.1);
        assertThat(node.self().sequence()).isEqualTo(3);
        node.pass(3);
        assertThat(node.self().sequence()).isEqualTo(3);
    }

    @Test
    void who_objects_is_alive_again_whatever_was_said() {
        Solo node = new Solo(0, 1, 2);
        node.pinged(1, new Rumour.Died(id(2), 1, id(1)));
        assertThat(node.sees(2)).isEqualTo(Observed.DEAD);

        node.pinged(1, new Rumour.Announced(said(2, 2)), new Rumour.Died(id(2), 1, id(1)));
        assertThat(node.sees(2)).isEqualTo(Observed.ALIVE);
        assertThat(node.pinged(1).rumours()).contains(new Rumour.Announced(said(2, 2)));
    }

    @Test
    void rumours_of_the_unknown_and_of_what_is_past_are_refused_and_counted() {
        Solo node = new Solo(0, 1);
        node.pinged(1, new Rumour.Announced(said(1, 5)));
        node.pinged(1, new Rumour.Died(id(1), 4, id(2)), new Rumour.Announced(said(1, 3)));
        assertThat(node.refusals.of(Refusal.OLDER_SEQUENCE)).isEqualTo(2);

        node.pinged(1, new Rumour.Died(id(1), 6, id(2)), new Rumour.Suspected(id(7), 1, id(2)));
        assertThat(node.refusals.of(Refusal.UNKNOWN_NODE)).isEqualTo(2);
        assertThat(node.sees(1)).isEqualTo(Observed.ALIVE);
        assertThat(node.table.size()).isEqualTo(2);
    }

    @Test
    void announcements_of_another_network_or_for_a_forbidden_address_do_not_enter() {
        Solo node = new Solo(0, SimNode.profile(0), 0, url -> !url.getHost().startsWith("n3."), 1);
        node.pinged(1, new Rumour.Announced(Announcement.sign(SimKeys.get(2), "other", SimNode.profile(2), 9)),
                new Rumour.Announced(said(3, 1)));

        assertThat(node.refusals.of(Refusal.WRONG_SIGNATURE)).isEqualTo(1);
        assertThat(node.refusals.of(Refusal.FORBIDDEN_ADDRESS)).isEqualTo(1);
        assertThat(node.table.size()).isEqualTo(2);
    }

    @Test
    void a_ping_for_another_node_and_what_is_no_ping_are_refused() {
        Solo node = new Solo(0, 1);
        byte[] astray = MessageCodec.encode(new Message.Ping(id(1), 1, id(2), 1, List.of()));
        byte[] noPing = MessageCodec.encode(new Message.Nack(id(1), id(2), List.of()));

        assertProblem(Problem.NOT_FOUND, () -> node.swim.answer(astray, 0));
        assertProblem(Problem.MALFORMED, () -> node.swim.answer(noPing, 0));
        assertProblem(Problem.MALFORMED, () -> node.swim.help(noPing, 0));
        assertProblem(Problem.MALFORMED, () -> node.swim.answer(new byte[] {1, 2, 3}, 0));
        assertProblem(Problem.MALFORMED, () -> node.swim.answer(new byte[Message.MAX_BYTES + 1], 0));
        assertThat(node.refusals.of(Refusal.MALFORMED)).isEqualTo(4);
    }

    @Test
    void who_does_not_answer_is_suspected_once_the_period_is_over_and_dies_unless_it_objects() {
        Solo node = new Solo(0, 1);
        Call ping = node.nextCalls().get(0);
        assertThat(ping.to()).isEqualTo(id(1));
        assertThat(ping.url()).isEqualTo(SimNode.profile(1).url());
        assertThat(node.swim.failed(ping, node.now)).isEmpty();

        node.pass(0.9);
        assertThat(node.sees(1)).isEqualTo(Observed.ALIVE);
        node.pass(0.2);
        assertThat(node.sees(1)).isEqualTo(Observed.SUSPECT);
        node.pass(6);
        assertThat(node.sees(1)).isEqualTo(Observed.DEAD);
    }

    @Test
    void a_pause_of_this_node_costs_no_suspect_its_time_to_object() {
        Solo node = new Solo(0, 1, 2, 3, 4, 5);
        node.pass(0.5);
        node.pinged(1, new Rumour.Suspected(id(2), 1, id(1)));
        node.swim.tick(node.now + 86_400_000_000_000L);

        assertThat(node.sees(2)).isEqualTo(Observed.SUSPECT);
    }

    @Test
    void an_ack_late_within_the_period_spares_the_target() {
        Solo node = new Solo(0, 1);
        Call ping = node.nextCalls().get(0);
        node.pass(0.9);
        node.acked(ping);
        node.pass(0.05);

        assertThat(node.sees(1)).isEqualTo(Observed.ALIVE);
        assertThat(node.table.find(id(1)).orElseThrow().vitals()).contains(new Vitals(5, 0.5f));
    }

    @Test
    void a_failed_ping_has_helpers_asked_at_once_and_an_ack_through_one_spares_the_target() {
        Solo node = new Solo(0, 1, 2, 3, 4, 5);
        Call ping = node.nextCalls().get(0);
        List<Call> asked = node.swim.failed(ping, node.now);

        assertThat(asked).hasSize(3).allSatisfy(call -> assertThat(call.kind()).isEqualTo(Call.Kind.PING_REQUEST));
        assertThat(asked).extracting(Call::to).doesNotHaveDuplicates().doesNotContain(ping.to(), node.key.id());
        node.acked(asked.get(1), ping.to());
        node.pass(1.1);
        assertThat(node.table.observed(ping.to())).isEqualTo(Observed.ALIVE);
        assertThat(node.table.find(ping.to()).orElseThrow().vitals()).isEmpty();
    }

    @Test
    void a_slow_ping_has_helpers_asked_after_its_timeout() {
        Solo node = new Solo(0, 1, 2, 3);
        node.nextCalls();
        assertThat(node.pass(0.4)).isEmpty();

        assertThat(node.pass(0.1)).hasSize(2);
    }

    @Test
    void another_node_at_the_targets_address_is_no_ack() {
        Solo node = new Solo(0, 1, 2, 3);
        Call ping = node.nextCalls().get(0);

        assertThat(node.acked(ping, id(9))).hasSize(2);
    }

    @Test
    void malformed_answers_count_as_none() {
        Solo node = new Solo(0, 1, 2, 3);
        Call ping = node.nextCalls().get(0);

        assertThat(node.swim.replied(ping, new byte[] {1, 9, 9}, node.now)).hasSize(2);
        assertThat(node.refusals.of(Refusal.MALFORMED)).isEqualTo(1);
    }

    @Test
    void who_gets_nacks_is_well_and_who_gets_nothing_doubts_itself() {
        assertThat(healthAfterFailedProbe(true)).isZero();
        assertThat(healthAfterFailedProbe(false)).isEqualTo(3);
    }

    @Test
    void a_helper_passes_the_ack_on_or_nacks_and_then_looks_itself() {
        Solo helper = new Solo(0, 1, 2);
        byte[] request = MessageCodec.encode(new Message.PingRequest(id(1), id(2), 1, 500, List.of()));
        Relay relay = helper.swim.help(request, 0);
        assertThat(relay.call().orElseThrow().to()).isEqualTo(id(2));

        byte[] ack = MessageCodec.encode(new Message.Ack(id(2), 1, Vitals.NONE, List.of()));
        assertThat(MessageCodec.decode(helper.swim.helped(relay, Optional.of(ack), 0)))
                .isInstanceOfSatisfying(Message.Ack.class, told -> assertThat(told.from()).isEqualTo(id(2)));
        byte[] another = MessageCodec.encode(new Message.Ack(id(1), 1, Vitals.NONE, List.of()));
        assertThat(MessageCodec.decode(helper.swim.helped(relay, Optional.of(another), 0)))
                .isInstanceOf(Message.Nack.class);
        assertThat(MessageCodec.decode(helper.swim.helped(relay, Optional.empty(), 0)))
                .isInstanceOf(Message.Nack.class);
        assertThat(helper.nextCalls().get(0).to()).isEqualTo(id(2));
    }

    @Test
    void a_helper_calls_nobody_it_does_not_know() {
        Solo helper = new Solo(0, 1);
        byte[] request = MessageCodec.encode(new Message.PingRequest(id(1), id(7), 1, 500, List.of()));

        Relay relay = helper.swim.help(request, 0);
        assertThat(relay.call()).isEmpty();
        assertThat(MessageCodec.decode(helper.swim.helped(relay, Optional.empty(), 0)))
                .isInstanceOf(Message.Nack.class);
    }

    @Test
    void a_suspect_hears_of_it_first_of_all_in_a_ping_and_in_an_ack() {
        Solo node = new Solo(0, 1);
        node.pinged(1, new Rumour.Suspected(id(1), 1, id(1)));
        Rumour warning = new Rumour.Suspected(id(1), 1, node.key.id());

        assertThat(node.pinged(1).rumours().get(0)).isEqualTo(warning);
        assertThat(MessageCodec.decode(node.nextCalls().get(0).body()).rumours().get(0)).isEqualTo(warning);
    }

    @Test
    void who_knows_an_older_announcement_is_given_the_newer() {
        Solo node = new Solo(0, 1);
        node.pinged(1, new Rumour.Announced(said(1, 5)));
        node.swim.announce(SimNode.profile(0).declaring(Declared.DRAINING));
        byte[] ping = MessageCodec.encode(new Message.Ping(id(1), 4, node.key.id(), 1, List.of()));
        for (int i = 0; i < 20; i++) {
            Message ack = MessageCodec.decode(node.swim.answer(ping, 0));
            assertThat(ack.rumours()).contains(new Rumour.Announced(node.self()), new Rumour.Announced(said(1, 5)));
        }
    }

    @Test
    void a_flood_of_news_leaves_messages_small() {
        Solo node = new Solo(0, 1);
        node.pinged(1, IntStream.range(2, 60).mapToObj(key -> new Rumour.Announced(said(key, 1)))
                .toArray(Rumour[]::new));

        byte[] ping = MessageCodec.encode(new Message.Ping(id(1), 1, node.key.id(), 1, List.of()));
        assertThat(node.swim.answer(ping, 0).length).isBetween(2_000, SwimSettings.DEFAULT.rumourBytes() + 100);
    }

    @Test
    void says_itself_anew_only_when_it_has_something_else_to_say() {
        Solo node = new Solo(0);
        node.swim.announce(SimNode.profile(0));
        assertThat(node.self().sequence()).isEqualTo(1);

        node.swim.announce(SimNode.profile(0).declaring(Declared.READ_ONLY));
        assertThat(node.self().sequence()).isEqualTo(2);
        assertThat(node.table.find(node.key.id()).orElseThrow().profile().declared()).isEqualTo(Declared.READ_ONLY);
    }

    @Test
    void a_restart_is_no_news_unless_something_changed() {
        assertThat(new Solo(0, SimNode.profile(0), 1, url -> true, 0).self()).isEqualTo(said(0, 1));
        assertThat(new Solo(0, SimNode.profile(0), 8, url -> true, 0).self().sequence()).isEqualTo(9);
        assertThat(new Solo(0, SimNode.profile(0).declaring(Declared.READ_ONLY), 1, url -> true, 0).self().sequence())
                .isEqualTo(2);
    }

    @Test
    void its_own_newer_words_are_adopted_when_they_still_hold_and_outbid_when_not() {
        Solo same = new Solo(0, 1);
        same.pinged(1, new Rumour.Announced(said(0, 50)));
        assertThat(same.self()).isEqualTo(said(0, 50));
        assertThat(same.persisted).last().isEqualTo(said(0, 50));

        Profile moved = new Profile(URI.create("http://elsewhere.example/"), "", "", 1, 1, false, Declared.ACTIVE, "");
        Solo other = new Solo(0, moved, 0, url -> true, 1);
        other.pinged(1, new Rumour.Announced(said(0, 50)));
        assertThat(other.self().sequence()).isEqualTo(51);
        assertThat(other.self().profile()).isEqualTo(moved);
    }

    private static int healthAfterFailedProbe(boolean nacks) {
        Solo node = new Solo(0, 1, 2, 3, 4, 5);
        Call ping = node.nextCalls().get(0);
        for (Call asked : node.swim.failed(ping, node.now)) {
            if (nacks) {
                byte[] nack = MessageCodec.encode(new Message.Nack(asked.to(), ping.to(), List.of()));
                node.swim.replied(asked, nack, node.now);
            } else {
                node.swim.failed(asked, node.now);
            }
        }
        node.pass(1.05);
        assertThat(node.table.observed(ping.to())).isEqualTo(Observed.SUSPECT);
        return node.swim.localHealth();
    }

    private static void assertProblem(Problem problem, Runnable action) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem()).isEqualTo(problem));
    }
}
