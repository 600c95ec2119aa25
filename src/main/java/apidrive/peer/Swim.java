package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_FOUND;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Finds out who is alive and spreads it: SWIM with Lifeguard. Pure: whoever drives it hands in the time, sends the
 * calls it returns and hands back their outcomes. {@code nanos} is any monotonic clock, always the same one
 * ({@code System.nanoTime()}); a gap longer than a period is taken for a pause of this process, for which nobody else
 * is suspected. Threads may share it; no method blocks but {@link #settle}.
 */
public final class Swim {
    private final Self self;
    private final MemberTable table;
    private final Admission admission;
    private final Refusals refusals;
    private final RandomGenerator random;
    private final Supplier<Vitals> vitals;
    private final Elapsed clock;
    private final LocalHealth health = new LocalHealth();
    private final Gossip gossip;
    private final Prober prober;

    /**
     * Announces this node, unless the restored table holds an announcement of its own that says the same and is not
     * older than {@code lastSequence} (0 when none is known); a new one has a higher sequence than both.
     *
     * @param persist told of every new announcement of this node before it is sent anywhere, with Swim's lock held
     * @param vitals what acks tell of this node
     */
    public Swim(SwimSettings settings, NodeKey key, String network, Profile profile, long lastSequence,
                MemberTable table, Admission admission, Refusals refusals, RandomGenerator random,
                Consumer<Announcement> persist, Supplier<Vitals> vitals, long nanos) {
        this.table = table;
        this.admission = admission;
        this.refusals = refusals;
        this.random = random;
        this.vitals = vitals;
        this.clock = new Elapsed(nanos, settings.period().toNanos());
        this.self = new Self(key, network, profile, lastSequence, table.entry(key.id()).map(Entry::announcement),
                persist);
        this.gossip = new Gossip(settings, self, table, refusals, health);
        this.prober = new Prober(settings, self, table, gossip, health, random);
    }

    public NodeId id() {
        return self.id();
    }

    /** The newest announcement of this node. */
    public synchronized Announcement self() {
        return self.announcement();
    }

    /** Announces this node anew if the profile differs from what was announced last. */
    public synchronized void announce(Profile profile) {
        if (!profile.equals(self.announcement().profile())) {
            gossip.announce(profile);
        }
    }

    /** Does what is due. Call it every tenth of a period or when {@link #untilDue} has passed, whichever is sooner. */
    public synchronized List<Call> tick(long nanos) {
        long now = advance(nanos);
        gossip.tick(now);
        return prober.tick(now);
    }

    /** How long until {@link #tick} has something to do; zero when it has now. */
    public synchronized Duration untilDue() {
        return Duration.ofNanos(Math.max(0, Math.min(gossip.due(), prober.due()) - clock.now()));
    }

    /** The answer (status 200) to a call; a body that is malformed or another node's counts as failure. */
    public synchronized List<Call> replied(Call call, byte[] body, long nanos) {
        long now = advance(nanos);
        Optional<Message> answer = decoded(body);
        answer.ifPresent(message -> gossip.hear(message.rumours(), now));
        if (answer.isPresent() && answer.get() instanceof Message.Ack ack
                && (call.kind() == Call.Kind.PING_REQUEST || ack.from().equals(call.to()))) {
            if (call.kind() == Call.Kind.PING) {
                table.told(ack.from(), ack.vitals());
            }
            prober.answered(call, ack.from());
            return List.of();
        }
        if (answer.isPresent() && answer.get() instanceof Message.Nack) {
            prober.nacked(call);
            return List.of();
        }
        return prober.failed(call, now);
    }

    /** A call was refused, timed out, or answered with another status than 200. */
    public synchronized List<Call> failed(Call call, long nanos) {
        return prober.failed(call, advance(nanos));
    }

    /** The answer to a ping. Throws MALFORMED, or NOT_FOUND when the ping is meant for another node. */
    public synchronized byte[] answer(byte[] ping, long nanos) {
        long now = advance(nanos);
        if (!(received(ping) instanceof Message.Ping asked)) {
            throw malformed();
        }
        if (!asked.to().equals(self.id())) {
            throw NOT_FOUND.because("node " + asked.to() + " is not at this address");
        }
        gossip.hear(asked.rumours(), now);
        List<Rumour> first = new ArrayList<>(gossip.warning(asked.from()));
        if (asked.known() < self.sequence()) {
            first.add(new Rumour.Announced(self.announcement()));
        }
        if (asked.sequence() < table.sequence(asked.from())) {
            table.entry(asked.from()).ifPresent(newer -> first.add(new Rumour.Announced(newer.announcement())));
        }
        return MessageCodec.encode(new Message.Ack(self.id(), self.sequence(), vitals.get(), gossip.news(first)));
    }

    /** Reads a ping-request: make the relay's call, if there is one, and hand its outcome to {@link #helped}. */
    public synchronized Relay help(byte[] pingRequest, long nanos) {
        long now = advance(nanos);
        if (!(received(pingRequest) instanceof Message.PingRequest asked)) {
            throw malformed();
        }
        gossip.hear(asked.rumours(), now);
        return new Relay(asked.from(), asked.target(), prober.ping(asked));
    }

    /**
     * The answer to the ping-request: ack or nack. {@code reply} is empty when the call failed or was not made. Who has
     * to nack soon probes the target itself, so that a crash has several independent witnesses within two periods; to
     * wait until their turn comes would leave that to luck.
     */
    public synchronized byte[] helped(Relay relay, Optional<byte[]> reply, long nanos) {
        long now = advance(nanos);
        Optional<Message> answer = reply.flatMap(this::decoded);
        answer.ifPresent(message -> gossip.hear(message.rumours(), now));
        List<Rumour> news = gossip.news(gossip.warning(relay.asker()));
        if (answer.isPresent() && answer.get() instanceof Message.Ack ack && ack.from().equals(relay.target())) {
            table.told(ack.from(), ack.vitals());
            return MessageCodec.encode(new Message.Ack(ack.from(), ack.sequence(), ack.vitals(), news));
        }
        gossip.doubt(relay.target(), false);
        return MessageCodec.encode(new Message.Nack(self.id(), relay.target(), news));
    }

    /**
     * Admits the announcements that came in since: verifies signatures and asks the address check, which may wait for
     * a name service. Call it in a thread that may wait, after {@link #answer}, {@link #replied} and {@link #helped};
     * it returns at once when nothing came in.
     */
    public void settle(long nanos) {
        for (Announcement announcement : takeWaiting()) {
            admission.admit(announcement).ifPresent(admitted -> accept(admitted, nanos));
        }
    }

    /** Score of this node's own health, 0 (good) to 8; probes are slower by so many periods (Lifeguard §IV.A). */
    public synchronized int localHealth() {
        return health.score();
    }

    /** Takes entries, admitted before, of another node's list; {@code spread} passes on what is new. */
    synchronized void learn(List<Entry> entries, boolean spread, long nanos) {
        advance(nanos);
        entries.forEach(entry -> gossip.learn(entry, spread));
    }

    /** Compares rows of another node's list with the own. */
    synchronized void compare(List<Row> rows, long nanos) {
        long now = advance(nanos);
        rows.forEach(row -> gossip.compare(row.id(), row.sequence(), row.observed(), now));
    }

    /** Whom to compare lists with: {@link Exchange#partner}. */
    synchronized Optional<NodeId> partner() {
        return prober.partner();
    }

    /** A random number, for a random order elsewhere. */
    synchronized long draw() {
        return random.nextLong();
    }

    private synchronized List<Announcement> takeWaiting() {
        return gossip.takeWaiting();
    }

    private synchronized void accept(Announcement announcement, long nanos) {
        advance(nanos);
        gossip.accept(announcement, true);
    }

    private long advance(long nanos) {
        long now = clock.advance(nanos);
        table.advance(now);
        return now;
    }

    private Message received(byte[] body) {
        return decoded(body).orElseThrow(() -> MALFORMED.because("no message of this network's membership"));
    }

    private ProblemException malformed() {
        refusals.count(Refusal.MALFORMED);
        return MALFORMED.because("a message of another kind than this route takes");
    }

    private Optional<Message> decoded(byte[] body) {
        try {
            return Optional.of(MessageCodec.decode(body));
        } catch (ProblemException e) {
            refusals.count(Refusal.MALFORMED);
            return Optional.empty();
        }
    }
}
