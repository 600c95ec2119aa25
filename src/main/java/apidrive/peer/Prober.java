package apidrive.peer;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Probes one member a period, with helpers when it does not answer. Not for threads: {@link Swim} holds the lock. */
final class Prober {
    /** Of the time left, how much a helper waits itself; the rest is for its answer's way back (Lifeguard §IV.A). */
    private static final double HELPERS_SHARE = 0.8;
    private static final int MAX_MILLIS = 10_000;
    private static final long SWEEP_INTERVAL = 1_000_000_000;
    private static final int DRAWS_A_HELPER = 16;
    private static final int MAX_DRAWS = 64;

    private final SwimSettings settings;
    private final Self self;
    private final MemberTable table;
    private final Gossip gossip;
    private final LocalHealth health;
    private final RandomGenerator random;
    private final ProbeOrder order;
    private Probe probe;
    private long nextProbeAt;
    private long nextSweepAt;
    private long calls;
    /** Whether the last probe was one of the round: not every one may be out of turn. */
    private boolean inTurn = true;

    Prober(SwimSettings settings, Self self, MemberTable table, Gossip gossip, LocalHealth health,
           RandomGenerator random) {
        this.settings = settings;
        this.self = self;
        this.table = table;
        this.gossip = gossip;
        this.health = health;
        this.random = random;
        this.order = new ProbeOrder(table, random);
        this.nextProbeAt = (long) (random.nextDouble() * settings.period().toNanos());
    }

    List<Call> tick(long now) {
        if (now >= nextSweepAt) {
            table.sweep();
            nextSweepAt = now + SWEEP_INTERVAL;
        }
        if (now >= nextProbeAt) {
            conclude(now);
            return begin(now);
        }
        return probe != null && probe.needsHelp() && now >= probe.helpAt() ? askHelpers(now) : List.of();
    }

    long due() {
        long due = Math.min(nextProbeAt, nextSweepAt);
        return probe != null && probe.needsHelp() ? Math.min(due, probe.helpAt()) : due;
    }

    void answered(Call call, NodeId by) {
        if (probe != null && probe.owns(call) && by.equals(probe.target())) {
            probe.answered();
        }
    }

    void nacked(Call call) {
        if (probe != null && probe.owns(call)) {
            probe.nacked(call);
        }
    }

    List<Call> failed(Call call, long now) {
        return probe != null && probe.owns(call) && call.kind() == Call.Kind.PING && probe.needsHelp()
                ? askHelpers(now) : List.of();
    }

    /** The ping that another node asks for; empty when this node cannot make it. */
    Optional<Call> ping(Message.PingRequest asked) {
        return table.find(asked.target()).filter(member -> !member.id().equals(self.id())
                && member.profile().declared() != Declared.LEFT).map(member -> call(Call.Kind.PING, member,
                new Message.Ping(self.id(), self.sequence(), member.id(), member.sequence(),
                        gossip.news(gossip.warning(member.id()))),
                Duration.ofMillis(Math.min(asked.millis(), MAX_MILLIS))));
    }

    /** Somebody to compare lists with: the dead as often as is their share, at most every other time. */
    Optional<NodeId> partner() {
        int dead = table.count(Observed.DEAD);
        int others = table.reachable() - 1;
        boolean amongDead = random.nextDouble() * (dead + others) < (others == 0 ? dead : Math.min(dead, others));
        int slots = table.slots();
        int from = random.nextInt(slots);
        for (int draw = 0; draw < slots + MAX_DRAWS; draw++) {
            int slot = draw < MAX_DRAWS ? random.nextInt(slots) : (from + draw) % slots;
            Optional<NodeId> drawn = (amongDead ? table.deadAt(slot) : table.reachableAt(slot))
                    .filter(id -> !id.equals(self.id()));
            if (drawn.isPresent()) {
                return drawn;
            }
        }
        return Optional.empty();
    }

    private void conclude(long now) {
        if (probe == null) {
            return;
        }
        if (probe.isAnswered()) {
            health.improve();
        } else {
            health.worsen(probe.askedNobody() ? 1 : probe.missing());
            gossip.accuse(probe.target(), probe.sequence(), now);
        }
        probe = null;
    }

    private List<Call> begin(long now) {
        long period = health.stretched(settings.period().toNanos());
        nextProbeAt = now + period;
        Optional<Gossip.Doubt> doubt = inTurn ? gossip.takeDoubted() : Optional.empty();
        inTurn = doubt.isEmpty();
        Optional<Member> target = doubt.map(Gossip.Doubt::id).or(() -> order.next(self.id())).flatMap(table::find);
        if (target.isEmpty()) {
            return List.of();
        }
        Member member = target.get();
        List<Rumour> first = doubt.map(Gossip.Doubt::first).orElseGet(() -> gossip.warning(member.id()));
        Call ping = call(Call.Kind.PING, member, new Message.Ping(self.id(), self.sequence(), member.id(),
                member.sequence(), gossip.news(first)), Duration.ofNanos(period));
        probe = new Probe(member.id(), member.sequence(), now + health.stretched(settings.timeout().toNanos()));
        probe.sent(ping);
        return List.of(ping);
    }

    private List<Call> askHelpers(long now) {
        probe.helpAsked();
        Duration left = Duration.ofNanos(Math.max(0, nextProbeAt - now));
        int millis = (int) Math.min(MAX_MILLIS, left.toMillis() * HELPERS_SHARE);
        List<Call> asked = new ArrayList<>();
        for (Member helper : helpers(probe.target())) {
            Call call = call(Call.Kind.PING_REQUEST, helper, new Message.PingRequest(self.id(), probe.target(),
                    probe.sequence(), millis, gossip.news(gossip.warning(helper.id()))), left);
            probe.sent(call);
            asked.add(call);
        }
        return asked;
    }

    private List<Member> helpers(NodeId target) {
        Set<NodeId> drawn = new HashSet<>(Set.of(self.id(), target));
        List<Member> helpers = new ArrayList<>();
        int slots = table.slots();
        for (int draw = 0; draw < settings.helpers() * DRAWS_A_HELPER && helpers.size() < settings.helpers(); draw++) {
            table.reachableAt(random.nextInt(slots)).filter(drawn::add).flatMap(table::find).ifPresent(helpers::add);
        }
        return helpers;
    }

    private Call call(Call.Kind kind, Member to, Message message, Duration timeout) {
        return new Call(kind, to.id(), to.profile().url(), MessageCodec.encode(message), timeout, calls++);
    }
}
