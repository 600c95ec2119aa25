package apidrive.peer;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A node of the simulation: the real classes, driven as a transport would drive them. */
final class SimNode {
    final Refusals refusals = new Refusals();
    final Traffic traffic = new Traffic();
    final int number;
    final NodeKey key;
    MemberTable table;
    Swim swim;
    Exchange exchange;
    /** What its clock shows beyond the simulated time. */
    long clockAhead;
    private final SimNetwork network;
    private final List<Runnable> held = new ArrayList<>();
    private long lastSequence;
    private int life;
    private boolean running;
    private boolean paused;
    private boolean silent;

    SimNode(SimNetwork network, int number, NodeKey key) {
        this.network = network;
        this.number = number;
        this.key = key;
    }

    static Profile profile(int number) {
        return new Profile(URI.create("http://n" + number + ".example:8080/drive"), "zone-" + number % 3, "", 1_000,
                1_000, false, Declared.ACTIVE, "1.0");
    }

    URI url() {
        return profile(number).url();
    }

    boolean running() {
        return running;
    }

    /** Whether requests to it go unanswered instead of being refused at once. */
    boolean silent() {
        return silent;
    }

    /** Starts with these members known. */
    void start(List<Announcement> known) {
        table = new MemberTable(Duration.ofMinutes(10), Duration.ofDays(7));
        known.forEach(announcement -> table.put(announcement, Observed.ALIVE, Duration.ZERO));
        begin();
    }

    /** Starts with the table and the sequence of before. */
    void restart() {
        MemberTable before = table;
        table = new MemberTable(Duration.ofMinutes(10), Duration.ofDays(7));
        before.entries(NodeId.LOWEST, new Span(1, 255).last(), Integer.MAX_VALUE).forEach(entry ->
                table.restore(entry.announcement().toBytes(), entry.observed(), entry.since()));
        begin();
    }

    /** Starts with its key only, as after the loss of its database's later state. */
    void restartForgetful() {
        lastSequence = 0;
        start(List.of());
    }

    private void begin() {
        running = true;
        silent = false;
        paused = false;
        life++;
        swim = new Swim(network.settings, key, SimNetwork.NAME, profile(number), lastSequence, table,
                announcement -> admit(announcement), refusals, new SplittableRandom(network.random.nextLong()),
                this::said, () -> new Vitals(number, 0.5f), clock());
        exchange = new Exchange(swim, table, this::admit, refusals);
        int of = life;
        tick(of);
        long interval = network.settings.exchange().toNanos();
        network.after(network.random.nextLong(interval), () -> whenAwake(() -> exchange(of)));
    }

    /** Stops without a word. {@code silently}: its machine is gone too, so that nobody refuses the connection. */
    void crash(boolean silently) {
        running = false;
        silent = silently;
        life++;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        List<Runnable> late = List.copyOf(held);
        held.clear();
        late.forEach(Runnable::run);
    }

    void whenAwake(Runnable action) {
        if (paused) {
            held.add(action);
        } else {
            action.run();
        }
    }

    /** One conversation with whoever answers at a URL. */
    void exchangeWith(URI url) {
        converse(exchange.begin(), url, life);
    }

    Observed sees(SimNode other) {
        return table.find(other.key.id()).map(Member::observed).orElse(Observed.FORGOTTEN);
    }

    /** Whether it knows the newest that the other said, and holds it for alive. */
    boolean knows(SimNode other) {
        return sees(other) == Observed.ALIVE && table.entry(other.key.id()).orElseThrow().announcement()
                .equals(network.truth.get(other.key.id()));
    }

    private Optional<Announcement> admit(Announcement announcement) {
        Optional<Announcement> admitted = network.admitted(announcement);
        if (admitted.isEmpty()) {
            refusals.count(Refusal.WRONG_SIGNATURE);
        }
        return admitted;
    }

    private void said(Announcement announcement) {
        lastSequence = announcement.sequence();
        network.truth.put(key.id(), announcement);
        network.onSaid.accept(announcement);
        network.admitted(announcement);
    }

    private long clock() {
        return network.now() + clockAhead;
    }

    private void tick(int of) {
        if (of == life) {
            send(swim.tick(clock()));
            long wait = Math.min(swim.untilDue().toNanos() + 1, network.settings.period().toNanos() / 4);
            network.after(wait, () -> whenAwake(() -> tick(of)));
        }
    }

    private void send(List<Call> calls) {
        for (Call call : calls) {
            if (call.kind() == Call.Kind.PING) {
                traffic.probes++;
            }
            int of = life;
            network.post(this, call.url(), call.body(), call.timeout(), route(call.kind()), answer -> {
                if (of == life) {
                    send(answer == null ? swim.failed(call, clock()) : swim.replied(call, answer, clock()));
                    swim.settle(clock());
                }
            });
        }
    }

    /** Answers a ping that no node of the network sent. */
    void serve(byte[] ping) {
        swim.answer(ping, clock());
        swim.settle(clock());
    }

    private static SimNetwork.Route route(Call.Kind kind) {
        return kind == Call.Kind.PING ? SimNode::ping : SimNode::pingRequest;
    }

    private void ping(byte[] body, Consumer<byte[]> answer) {
        try {
            answer.accept(swim.answer(body, clock()));
        } catch (ProblemException e) {
            answer.accept(null);
        }
        swim.settle(clock());
    }

    private void pingRequest(byte[] body, Consumer<byte[]> answer) {
        Relay relay = swim.help(body, clock());
        int of = life;
        Consumer<byte[]> outcome = reply -> {
            if (of == life) {
                answer.accept(swim.helped(relay, Optional.ofNullable(reply), clock()));
                swim.settle(clock());
            }
        };
        if (relay.call().isPresent()) {
            Call call = relay.call().get();
            network.post(this, call.url(), call.body(), call.timeout(), SimNode::ping, outcome);
        } else {
            outcome.accept(null);
        }
        swim.settle(clock());
    }

    private void exchange(int of) {
        if (of == life) {
            URI configured = network.nodes.get(network.random.nextInt(network.nodes.size())).url();
            exchangeWith(exchange.partner().map(partner -> partner.profile().url()).orElse(configured));
            long interval = network.settings.exchange().toNanos();
            network.after((long) (interval * (0.8 + 0.4 * network.random.nextDouble())),
                    () -> whenAwake(() -> exchange(of)));
        }
    }

    private void converse(Exchange.Conversation conversation, URI url, int of) {
        conversation.request().ifPresent(request -> network.post(this, url, request, Duration.ofSeconds(10),
                SimNode::serveExchange, answer -> {
                    if (of == life && answer != null) {
                        try {
                            conversation.take(answer, clock());
                            converse(conversation, url, of);
                        } catch (ProblemException e) {
                            refusals.count(Refusal.FOREIGN_NETWORK);
                        }
                    }
                }));
    }

    private void serveExchange(byte[] body, Consumer<byte[]> answer) {
        try {
            answer.accept(exchange.answer(body, clock()));
        } catch (ProblemException e) {
            answer.accept(null);
        }
    }
}
