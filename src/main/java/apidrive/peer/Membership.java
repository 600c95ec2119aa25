package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import apidrive.config.NodeConfig;
import apidrive.job.Job;
import apidrive.wire.NodeId;

/**
 * This node among the others: drives {@link Swim} and {@link Exchange} by real time over {@link PeerClient}, finds others
 * by {@link Joining}, and keeps the list in the {@link PeerStore}. Several WARs on one database each do so for the one
 * node that they are. Threads may share it.
 */
public final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration FORGET_AFTER = Duration.ofDays(7);
    private static final int SAVED_SEEDS = 8;
    private static final int WORKERS = 2;
    private static final int SLOW_WORKERS = 2;
    private static final int TICKS = 10;  // a period

    /** What came of joining by a URL: who answered, or why nobody did. */
    public record Joined(URI url, Optional<NodeId> id, Optional<String> failure) {
    }

    private final NodeConfig.Network network;
    private final PeerStore store;
    private final PeerClient client;
    private final PeerAddress addresses;
    private final Supplier<Vitals> measured;
    private final Refusals refusals = new Refusals();
    private final MemberTable table;
    private final SwimSettings settings;
    private final Swim swim;
    private final Exchange exchange;
    private final Joining joining;
    private final Keeping keeping;
    private final boolean isReachable;
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicBoolean isSettling = new AtomicBoolean();
    private final Workers driver = new Workers("apidrive-gossip", 1);
    private final Workers workers = new Workers("apidrive-gossip-worker", WORKERS);
    private final Workers slow = new Workers("apidrive-join", SLOW_WORKERS);
    private volatile Vitals vitals = Vitals.NONE;
    private volatile Declared declared;

    /**
     * The node as its row tells, in the network as it was saved. Nothing is sent before {@link #start}.
     *
     * @param own      from {@code store}
     * @param profile  what the node says of itself; what it is willing to do, {@code own} tells
     * @param measured how it fares; may take long, and is asked now and then
     */
    public Membership(NodeConfig.Network network, PeerStore store, PeerStore.Own own, Profile profile, PeerAddress addresses,
            PeerClient client, Supplier<Vitals> measured) {
        this.network = network;
        this.store = store;
        this.client = client;
        this.addresses = addresses;
        this.measured = measured;
        this.declared = own.declared();
        this.settings = settings(network.gossipPeriod());
        this.isReachable = isAllowed(profile.url());
        this.table = new MemberTable(network.healDelay(), FORGET_AFTER);
        store.each(network.name(), (id, announcement, observed, since) -> {
            if (!id.equals(own.key().id())) {
                table.restore(announcement, observed, since);
            }
        });
        this.keeping = new Keeping(network.name(), store, table, sequence::get, own.sequence(), this::refresh);
        Admission admission = new SignedAdmission(network.name(), client::mayCall, refusals);
        this.swim = new Swim(settings, own.key(), network.name(), profile.declaring(own.declared()), own.sequence(), table,
                admission, refusals, new SplittableRandom(), announcement -> sequence.accumulateAndGet(announcement.sequence(),
                Math::max), () -> vitals, System.nanoTime());
        this.exchange = new Exchange(swim, table, admission, refusals);
        this.joining = new Joining(exchange, client, new Seeds(network.join(), network.joinFile(), addresses),
                () -> store.someUrls(network.name(), SAVED_SEEDS), this::isAlone, () -> declared == Declared.LEFT,
                settings.exchange(), refusals, slow);
    }

    /** Begins to speak to others; a node whose URL nobody could call stays alone. */
    public void start() {
        if (network.allowPrivatePeers()) {
            LOG.warn("APIDRIVE_ALLOW_PRIVATE_PEERS is set: whoever may announce a server can make this node call loopback and "
                    + "private addresses");
        }
        if (!isReachable) {
            boolean wantsOthers = !network.join().isEmpty() || network.joinFile().isPresent()
                    || !self().profile().url().getHost().equals("localhost");
            LOG.atLevel(wantsOthers ? Level.WARN : Level.DEBUG).log(
                    "this node stays alone: others may not call its url={} ; set APIDRIVE_URL, or in a network of your own "
                            + "APIDRIVE_ALLOW_PRIVATE_PEERS=true", self().profile().url());
            return;
        }
        driver.run(this::drive);
        joining.start();
    }

    /** What peers ask this node about membership. */
    public List<PeerRoute> routes() {
        return new GossipRoutes(swim, exchange, client, this::settle).all();
    }

    public NodeId id() {
        return swim.id();
    }

    /** This node's newest words about itself. */
    public Announcement self() {
        return swim.self();
    }

    /** Every known node. */
    public MemberTable table() {
        return table;
    }

    public Refusals refusals() {
        return refusals;
    }

    /** What this node tells of how it fares, some seconds old. */
    public Vitals vitals() {
        return vitals;
    }

    /** Lifeguard's score of this node's own health, 0 (good) to 8. */
    public int localHealth() {
        return swim.localHealth();
    }

    /** Whether a call may come from this node: it is on the list. */
    public boolean isMember(NodeId id) {
        return table.find(id).isPresent();
    }

    /**
     * Exchanges lists with each of these nodes, in turn, and tells what came of it. Throws
     * PRECONDITION_FAILED when this node's own URL is none to call, and MALFORMED for what is no URL of a peer.
     */
    public List<Joined> join(List<String> urls) {
        if (!isReachable) {
            throw PRECONDITION_FAILED.because("others may not call this node's own URL " + self().profile().url());
        }
        List<URI> parsed;
        try {
            parsed = urls.stream().map(addresses::parse).toList();
        } catch (PeerFailure refused) {
            throw MALFORMED.because(refused.getMessage(), refused);
        }
        return parsed.stream().map(joining::join).toList();
    }

    /** Tells the network what this node is willing to do from now on; it is kept over restarts. */
    public void declare(Declared wanted) {
        store.declare(wanted);
        take(wanted);
    }

    /** Forgets a server that is dead or has left; false when it is unknown or neither. */
    public boolean forget(NodeId id) {
        return table.forget(id);
    }

    /** Writes what changed in the list, reads what this node was told to be, and measures how it fares. */
    public Job keeping() {
        return keeping;
    }

    /** Says nothing more. Others find out by themselves unless the node has declared that it left. */
    @Override
    public void close() {
        driver.close();
        slow.close();
        workers.close();
    }

    private boolean isAllowed(URI url) {
        try {
            addresses.parse(url.toString());
            return true;
        } catch (PeerFailure refused) {
            return false;
        }
    }

    private static SwimSettings settings(Duration period) {
        SwimSettings usual = SwimSettings.DEFAULT;
        double factor = (double) period.toNanos() / usual.period().toNanos();
        return new SwimSettings(period, scaled(usual.timeout(), factor), usual.helpers(), usual.suspicion(), usual.patience(),
                usual.confirmations(), usual.retransmissions(), usual.rumourBytes(), scaled(usual.exchange(), factor));
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }

    private void drive() {
        try {
            send(swim.tick(System.nanoTime()));
        } catch (RuntimeException e) {
            LOG.error("gossip failed; it goes on", e);
        }
        long most = settings.period().toNanos() / TICKS;
        driver.schedule(this::drive, Duration.ofNanos(Math.max(most / TICKS, Math.min(most, swim.untilDue().toNanos()))));
    }

    private void send(List<Call> calls) {
        calls.forEach(this::send);
    }

    private void send(Call call) {
        client.send(call.url(), GossipRoutes.path(call.kind()), List.of(ByteBuffer.wrap(call.body())), call.timeout(),
                Message.MAX_BYTES).whenComplete((body, failure) -> workers.run(() -> {
                    if (failure != null) {
                        send(swim.failed(call, System.nanoTime()));
                    } else {
                        send(swim.replied(call, body, System.nanoTime()));
                        settle();
                    }
                }));
    }

    /** Admits what came in, in a thread that may wait for a name service; once for all that comes while it does. */
    private void settle() {
        if (isSettling.compareAndSet(false, true)) {
            slow.run(() -> {
                isSettling.set(false);
                swim.settle(System.nanoTime());
            });
        }
    }

    private boolean isAlone() {
        NodeId after = NodeId.LOWEST;
        while (true) {
            List<Member> page = table.page(after, MemberTable.MAX_PAGE);
            if (page.stream().anyMatch(member -> member.reachable() && !member.id().equals(id()))) {
                return false;
            }
            if (page.size() < MemberTable.MAX_PAGE) {
                return true;
            }
            after = page.get(page.size() - 1).id();
        }
    }

    private void take(Declared wanted) {
        declared = wanted;
        swim.announce(self().profile().declaring(wanted));
    }

    private void refresh() {
        vitals = measured.get();
        Declared wanted = store.declared();
        if (wanted != declared) {
            take(wanted);
        }
    }
}
