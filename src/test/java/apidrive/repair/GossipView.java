package apidrive.repair;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;

import apidrive.peer.Announcement;
import apidrive.peer.Call;
import apidrive.peer.Declared;
import apidrive.peer.Exchange;
import apidrive.peer.Member;
import apidrive.peer.MemberTable;
import apidrive.peer.NodeKey;
import apidrive.peer.Profile;
import apidrive.peer.Refusals;
import apidrive.peer.Relay;
import apidrive.peer.SignedAdmission;
import apidrive.peer.Swim;
import apidrive.peer.SwimSettings;
import apidrive.peer.Vitals;
import apidrive.placement.Placement;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/**
 * The real membership over the simulated network: its table, pings and exchanges, and what repair makes of them. Slower by far
 * than {@link SimulatedView}, so that a share of the runs has it.
 */
final class GossipView implements View {
    private static final String NAME = "simulated";
    /** The usual settings, ten times slower: a run has as many periods as it has time for. */
    private static final SwimSettings SETTINGS = new SwimSettings(Duration.ofSeconds(20), Duration.ofSeconds(5), 3, 3, 6, 3, 4,
            4_096, Duration.ofSeconds(120));
    private static final Duration HEAL_DELAY = Duration.ofMinutes(10);
    private static final Duration FORGET_AFTER = Duration.ofDays(7);
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(10);
    private static final long LONGEST_TRIP = 400;  // milliseconds, each way
    private static final List<NodeKey> KEYS = new ArrayList<>();
    /** A signature costs more than hundreds of simulated messages: each is checked once. */
    private static final Map<Announcement, Optional<Announcement>> CHECKED = new HashMap<>();

    private final SimulatedNode node;
    private final Life life;
    private final World world;
    private final MemberTable table = new MemberTable(HEAL_DELAY, FORGET_AFTER);
    private final Swim swim;
    private final Exchange exchange;
    private final Network network;

    GossipView(SimulatedNode node, Life life, World world) {
        this.node = node;
        this.life = life;
        this.world = world;
        node.known.forEach(member -> table.restore(member.announcement().toBytes(), member.observed(), member.since()));
        Refusals refusals = new Refusals();
        this.swim = new Swim(SETTINGS, node.key, NAME, profile(), node.sequence, table, GossipView::checked, refusals,
                new SplittableRandom(world.timeline.random.nextLong()), own -> node.sequence = own.sequence(), () -> Vitals.NONE, nanos());
        this.exchange = new Exchange(swim, table, GossipView::checked, refusals);
        this.network = new MembersNetwork(node.id, table, world.bits(), world.isClosed(), () -> swim.self().profile().declared());
    }

    /** Key pairs that are the same in every run, since making one takes longer than many. */
    static NodeKey key(int number) {
        while (KEYS.size() <= number) {
            Random random = new Random(KEYS.size());
            KEYS.add(NodeKey.generate(new SecureRandom() {
                private static final long serialVersionUID = 1;

                @Override
                public void nextBytes(byte[] bytes) {
                    random.nextBytes(bytes);
                }
            }));
        }
        return KEYS.get(number);
    }

    @Override
    public void begin() {
        tick();
        meet();
        life.later(world.timeline.between(1, SETTINGS.exchange().toMillis()), this::exchange);
    }

    /**
     * What an administrator does in the end: those that joined through a node that was switched off since, and know nobody of
     * the others, join again.
     */
    @Override
    public void look() {
        SimulatedNode first = world.up().get(0);
        if (first != node) {
            converse(exchange.begin(), first.id);
        }
    }

    @Override
    public NodeId self() {
        return network.self();
    }

    @Override
    public Placement placement() {
        return network.placement();
    }

    @Override
    public boolean isReachable(NodeId other) {
        return network.isReachable(other);
    }

    @Override
    public Collection<NodeId> reachable() {
        return network.reachable();
    }

    @Override
    public Collection<NodeId> away() {
        return network.away();
    }

    @Override
    public int size() {
        return network.size();
    }

    @Override
    public Optional<URI> url(NodeId other) {
        return network.url(other);
    }

    @Override
    public double load(NodeId other) {
        return network.load(other);
    }

    @Override
    public boolean takesChunks() {
        return network.takesChunks();
    }

    @Override
    public boolean isDraining() {
        return network.isDraining();
    }

    @Override
    public boolean isClosed() {
        return network.isClosed();
    }

    private Profile profile() {
        long weight = (long) node.server.weight();
        return new Profile(url(node), node.server.zone(), "", weight, weight, false,
                node.isDraining ? Declared.DRAINING : Declared.ACTIVE, "1.0");
    }

    private static URI url(SimulatedNode node) {
        return URI.create("http://" + node + ".example:8080");
    }

    private static Optional<Announcement> checked(Announcement announcement) {
        return CHECKED.computeIfAbsent(announcement, one -> new SignedAdmission(NAME, url -> true, new Refusals()).admit(one));
    }

    private long nanos() {
        return world.timeline.millis() * 1_000_000;
    }

    private void tick() {
        swim.announce(profile());
        send(swim.tick(nanos()));
        life.later(Math.max(1, Math.min(swim.untilDue().toMillis() + 1, SETTINGS.period().toMillis() / 4)), this::tick);
    }

    private void send(List<Call> calls) {
        for (Call call : calls) {
            post(call.to(), call.timeout(), (view, answer) -> view.serve(call, answer), answer -> {
                send(answer == null ? swim.failed(call, nanos()) : swim.replied(call, answer, nanos()));
                swim.settle(nanos());
            });
        }
    }

    private void serve(Call call, Consumer<byte[]> answer) {
        if (call.kind() == Call.Kind.PING) {
            answer.accept(swim.answer(call.body(), nanos()));
        } else {
            Relay relay = swim.help(call.body(), nanos());
            Consumer<byte[]> outcome = reply -> answer.accept(swim.helped(relay, Optional.ofNullable(reply), nanos()));
            relay.call().ifPresentOrElse(ping -> post(ping.to(), ping.timeout(), (view, told) -> view.serve(ping, told), outcome),
                    () -> outcome.accept(null));
        }
        swim.settle(nanos());
    }

    /** Joins through whichever node is up; while nobody is known, again and again. */
    private void meet() {
        if (network.reachable().isEmpty()) {
            List<SimulatedNode> others = world.nodes.stream().filter(other -> other != node && other.isUp()).toList();
            if (!others.isEmpty()) {
                converse(exchange.begin(), others.get(world.timeline.random.nextInt(others.size())).id);
            }
            life.later(SETTINGS.period().toMillis(), this::meet);
        }
    }

    private void exchange() {
        node.known = table.page(NodeId.LOWEST, MemberTable.MAX_PAGE);
        if (!world.isFaulty()) {
            world.nodes.stream().filter(other -> other.isGone).forEach(other -> table.forget(other.id));  // by hand
        }
        exchange.partner().map(Member::id).ifPresent(partner -> converse(exchange.begin(), partner));
        life.later(world.timeline.between(SETTINGS.exchange().toMillis() * 4 / 5, SETTINGS.exchange().toMillis() * 6 / 5), this::exchange);
    }

    private void converse(Exchange.Conversation conversation, NodeId other) {
        conversation.request().ifPresent(request -> post(other, EXCHANGE_LIMIT,
                (view, answer) -> answer.accept(view.exchange.answer(request, view.nanos())), answer -> {
                    if (answer != null) {
                        conversation.take(answer, nanos());
                        converse(conversation, other);
                    }
                }));
    }

    private interface Route {
        void serve(GossipView view, Consumer<byte[]> answer);
    }

    /** The outcome is told once: the answer, or null once the time is over. */
    private void post(NodeId to, Duration limit, Route route, Consumer<byte[]> outcome) {
        Timeline timeline = world.timeline;
        SimulatedNode target = world.node(to);
        boolean[] isOver = {false};
        Consumer<byte[]> once = answer -> life.run(() -> {
            if (!isOver[0]) {
                isOver[0] = true;
                told(() -> outcome.accept(answer));
            }
        });
        timeline.after(limit.toMillis(), () -> once.accept(null));
        int times = timeline.chance(world.faults().twice()) ? 2 : 1;
        for (int i = 0; i < times; i++) {
            if (!timeline.chance(world.faults().lost())) {
                timeline.after(timeline.between(1, LONGEST_TRIP), () -> {
                    if (world.connects(node, target) && target.answers()) {
                        target.life.run(() -> told(() -> route.serve((GossipView) target.life.view(), answer -> {
                            if (world.connects(target, node) && !timeline.chance(world.faults().answerLost())) {
                                timeline.after(timeline.between(1, LONGEST_TRIP), () -> once.accept(answer));
                            }
                        })));
                    }
                });
            }
        }
    }

    /** What is refused is answered so, which tells the caller no more than silence. */
    private static void told(Runnable work) {
        try {
            work.run();
        } catch (ProblemException e) {
            // the caller hears nothing until its time is over
        }
    }
}
