package apidrive.peer;

import apidrive.wire.NodeId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** One real node without a network: a test plays the rest of the world and holds the clock. */
final class Solo {
    static final String NETWORK = "solo";
    static final long PERIOD = SwimSettings.DEFAULT.period().toNanos();

    final MemberTable table = new MemberTable(Duration.ofMinutes(10), Duration.ofDays(7));
    final Refusals refusals = new Refusals();
    final List<Announcement> persisted = new ArrayList<>();
    final NodeKey key;
    final Swim swim;
    final Exchange exchange;
    long now;

    /** Knows the nodes of these keys, at sequence 1. */
    Solo(int key, int... known) {
        this(key, SimNode.profile(key), 0, url -> true, known);
    }

    Solo(int key, Profile profile, long lastSequence, Predicate<URI> mayBeCalled, int... known) {
        this.key = SimKeys.get(key);
        for (int other : known) {
            table.announced(said(other, 1));
        }
        Admission admission = new SignedAdmission(NETWORK, mayBeCalled, refusals);
        swim = new Swim(SwimSettings.DEFAULT, this.key, NETWORK, profile, lastSequence, table, admission, refusals,
                new SplittableRandom(key), persisted::add, () -> new Vitals(key, 0.25f), 0);
        exchange = new Exchange(swim, table, admission, refusals);
    }

    static Announcement said(int key, long sequence) {
        return Announcement.sign(SimKeys.get(key), NETWORK, SimNode.profile(key), sequence);
    }

    static NodeId id(int key) {
        return SimKeys.get(key).id();
    }

    Announcement self() {
        return swim.self();
    }

    Observed sees(int key) {
        return table.observed(id(key));
    }

    /** Its answer to a ping of the node of this key. */
    Message.Ack pinged(int by, Rumour... rumours) {
        byte[] answer = swim.answer(MessageCodec.encode(new Message.Ping(id(by), 1, key.id(), self().sequence(),
                List.of(rumours))), now);
        swim.settle(now);
        return (Message.Ack) MessageCodec.decode(answer);
    }

    /** Lets time pass until it calls somebody. */
    List<Call> nextCalls() {
        for (int i = 0; i < 400; i++) {
            List<Call> calls = pass(0.05);
            if (!calls.isEmpty()) {
                return calls;
            }
        }
        return List.of();
    }

    /** Lets so many periods pass, without a pause that it would notice; returns what it wants sent. */
    List<Call> pass(double periods) {
        List<Call> calls = new ArrayList<>();
        long end = now + (long) (periods * PERIOD);
        while (now < end) {
            now = Math.min(end, now + PERIOD / 20);
            calls.addAll(swim.tick(now));
        }
        return calls;
    }

    /** The other node's answer to a call. */
    List<Call> acked(Call call, Rumour... rumours) {
        return acked(call, call.to(), rumours);
    }

    List<Call> acked(Call call, NodeId by, Rumour... rumours) {
        List<Call> calls = swim.replied(call, MessageCodec.encode(new Message.Ack(by, 1, new Vitals(5, 0.5f),
                List.of(rumours))), now);
        swim.settle(now);
        return calls;
    }

    /** Talks to the other until all is said; returns the bytes that travelled. */
    long converse(Solo other) {
        Exchange.Conversation conversation = exchange.begin();
        long bytes = 0;
        for (Optional<byte[]> request = conversation.request(); request.isPresent(); request = conversation.request()) {
            byte[] answer = other.exchange.answer(request.get(), other.now);
            bytes += request.get().length + answer.length;
            conversation.take(answer, now);
        }
        return bytes;
    }
}
