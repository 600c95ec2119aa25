package apidrive.peer;

import apidrive.wire.NodeId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A network of real nodes in simulated time: what one sends is lost, late, doubled, overtaken or held up as set, and
 * every run with the same seed is the same run.
 */
final class SimNetwork {
    static final String NAME = "simulated";

    final SplittableRandom random;
    final SwimSettings settings;
    final List<SimNode> nodes = new ArrayList<>();
    /** What each node really said, by id: the truth that tables are held against. */
    final Map<NodeId, Announcement> truth = new HashMap<>();
    /** Told of everything that any node says of itself. */
    Consumer<Announcement> onSaid = announcement -> { };
    /** Calls from outside that were refused. */
    long refused;
    /** The share of messages lost, each way. */
    double loss;
    /** The share of requests that come twice. */
    double doubled;
    Duration shortestDelay = Duration.ofMillis(5);
    Duration longestDelay = Duration.ofMillis(80);
    /** Whether a message gets from one to the other at all. */
    BiPredicate<SimNode, SimNode> connected = (from, to) -> true;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<URI, SimNode> byUrl = new HashMap<>();
    private final Map<Announcement, Optional<Announcement>> admitted = new HashMap<>();
    private long now;
    private long serial;

    SimNetwork(long seed, SwimSettings settings) {
        this.random = new SplittableRandom(seed);
        this.settings = settings;
    }

    /** A network of so many nodes that all know each other already. */
    static SimNetwork settled(int size, long seed, SwimSettings settings) {
        SimNetwork network = new SimNetwork(seed, settings);
        List<Announcement> known = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            known.add(network.admitted(Announcement.sign(SimKeys.get(i), NAME, SimNode.profile(i), 1)).orElseThrow());
            network.truth.put(known.get(i).id(), known.get(i));
        }
        for (int i = 0; i < size; i++) {
            network.add(i).start(known);
        }
        return network;
    }

    /** A node that is not started yet. */
    SimNode add(int key) {
        SimNode node = new SimNode(this, nodes.size(), SimKeys.get(key));
        nodes.add(node);
        byUrl.put(node.url(), node);
        return node;
    }

    Duration time() {
        return Duration.ofNanos(now);
    }

    /** Periods until it holds, looked at four times a period; more than {@code most} when it does not by then. */
    double until(BooleanSupplier holds, double most) {
        double began = periods();
        while (!holds.getAsBoolean() && periods() - began <= most) {
            run(0.25);
        }
        return periods() - began;
    }

    /** Whether every running node sees this one so. */
    boolean allSee(SimNode node, Observed observed) {
        return nodes.stream().allMatch(other -> other == node || !other.running() || other.sees(node) == observed);
    }

    /** Whether every running node knows the newest of every other, and holds it for alive. */
    boolean agreed() {
        return nodes.stream().filter(SimNode::running).allMatch(node -> nodes.stream().filter(SimNode::running)
                .allMatch(node::knows));
    }

    double periods() {
        return (double) now / settings.period().toNanos();
    }

    long now() {
        return now;
    }

    void run(double periods) {
        runUntil(now + (long) (periods * settings.period().toNanos()));
    }

    void runUntil(long end) {
        while (!events.isEmpty() && events.peek().at <= end) {
            Event event = events.poll();
            now = event.at;
            event.action.run();
        }
        now = end;
    }

    void after(long nanos, Runnable action) {
        events.add(new Event(now + Math.max(0, nanos), serial++, action));
    }

    /** Sends a request and hands the answer over, or null once {@code timeout} has passed or nobody listens. */
    void post(SimNode from, URI url, byte[] body, Duration timeout, Route route, Consumer<byte[]> outcome) {
        Exchanged call = new Exchanged(outcome);
        from.traffic.bytes += Traffic.REQUEST_HEADERS + body.length;
        after(timeout.toNanos(), () -> call.end(from, null));
        SimNode to = byUrl.get(url);
        if (to == null) {
            return;
        }
        int copies = random.nextDouble() < doubled ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (random.nextDouble() >= loss) {
                after(delay(), () -> arrive(from, to, body, route, call));
            }
        }
    }

    private void arrive(SimNode from, SimNode to, byte[] body, Route route, Exchanged call) {
        if (!connected.test(from, to) || to.silent()) {
            return;
        }
        if (!to.running()) {
            after(delay(), () -> call.end(from, null));
            return;
        }
        to.traffic.bytes += Traffic.REQUEST_HEADERS + body.length;
        to.whenAwake(() -> route.serve(to, body, answer -> {
            byte[] sent = answer == null ? new byte[0] : answer;
            to.traffic.bytes += Traffic.RESPONSE_HEADERS + sent.length;
            if (random.nextDouble() >= loss && connected.test(to, from)) {
                after(delay(), () -> {
                    from.traffic.bytes += Traffic.RESPONSE_HEADERS + sent.length;
                    call.end(from, answer);
                });
            }
        }));
    }

    /** What a real gate decides, asked once: a verified signature costs as much as hundreds of simulated messages. */
    Optional<Announcement> admitted(Announcement announcement) {
        return admitted.computeIfAbsent(announcement, asked -> new SignedAdmission(NAME,
                url -> !url.getHost().startsWith("10."), new Refusals()).admit(asked));
    }

    private long delay() {
        return random.nextLong(shortestDelay.toNanos(), longestDelay.toNanos() + 1);
    }

    /** How a node serves a request; the answer is null for a status other than 200. */
    interface Route {
        void serve(SimNode node, byte[] body, Consumer<byte[]> answer);
    }

    /** A call whose outcome is told once. */
    private static final class Exchanged {
        private Consumer<byte[]> outcome;

        Exchanged(Consumer<byte[]> outcome) {
            this.outcome = outcome;
        }

        void end(SimNode caller, byte[] answer) {
            if (outcome != null) {
                Consumer<byte[]> told = outcome;
                outcome = null;
                caller.whenAwake(() -> told.accept(answer));
            }
        }
    }

    private record Event(long at, long serial, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int first = Long.compare(at, other.at);
            return first != 0 ? first : Long.compare(serial, other.serial);
        }
    }
}
