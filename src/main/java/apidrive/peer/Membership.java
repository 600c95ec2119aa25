package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import apidrive.config.NodeConfig;
import apidrive.job.Job;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/**
 * This node among the others: drives {@link Swim} and {@link Exchange} by real time over {@link PeerClient}, joins by
 * its {@link Seeds}, and keeps the list in the {@link PeerStore}. Several WARs on one database each do so for the one
 * node that they are. Threads may share it.
 */
public final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration FORGET_AFTER = Duration.ofDays(7);
    private static final Duration KEEPING_INTERVAL = Duration.ofSeconds(2);
    private static final Duration SEED_CHECK = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_TURNS = 100_000;  // of one conversation: more than a list of two millions takes
    private static final int SAVED_AT_ONCE = 500;
    private static final int SAVED_SEEDS = 8;
    private static final int WORKERS = 2;
    private static final int SLOW_WORKERS = 2;
    private static final int TICKS = 10;  // a period
    private static final String ROUTES = "/api/peer/";

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
    private final Seeds seeds;
    private final boolean isReachable;
    private final Set<NodeId> unsaved = ConcurrentHashMap.newKeySet();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicBoolean isSettling = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor driver = executor("apidrive-gossip", 1);
    private final ScheduledThreadPoolExecutor workers = executor("apidrive-gossip-worker", WORKERS);
    private final ScheduledThreadPoolExecutor slow = executor("apidrive-join", SLOW_WORKERS);
    private volatile Vitals vitals = Vitals.NONE;
    private volatile Declared declared;
    private long savedSequence;
    private Duration pause = SEED_CHECK;
    private long nextSeeking = System.nanoTime();

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
        this.savedSequence = own.sequence();
        this.settings = settings(network.gossipPeriod());
        this.isReachable = isAllowed(profile.url());
        this.table = new MemberTable(network.healDelay(), FORGET_AFTER);
        store.each(network.name(), (id, announcement, observed, since) -> {
            if (!id.equals(own.key().id())) {
                table.restore(announcement, observed, since);
            }
        });
        table.onChange((id, member) -> unsaved.add(id));
        Admission admission = new SignedAdmission(network.name(), client::mayCall, refusals);
        this.swim = new Swim(settings, own.key(), network.name(), profile.declaring(own.declared()), own.sequence(), table,
                admission, refusals, new SplittableRandom(), announcement -> sequence.accumulateAndGet(announcement.sequence(),
                Math::max), () -> vitals, System.nanoTime());
        this.exchange = new Exchange(swim, table, admission, refusals);
        this.seeds = new Seeds(network.join(), network.joinFile(), addresses);
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
        driver.execute(this::drive);
        slow.execute(this::seek);
        scheduleExchange();
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
        return parsed.stream().map(this::joined).toList();
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
        return new Keeping();
    }

    /** Says nothing more. Others find out by themselves unless the node has declared that it left. */
    @Override
    public void close() {
        driver.shutdownNow();
        slow.shutdownNow();
        workers.shutdownNow();
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
        schedule(driver, this::drive, Duration.ofNanos(Math.max(most / TICKS, Math.min(most, swim.untilDue().toNanos()))));
    }

    private void send(List<Call> calls) {
        calls.forEach(this::send);
    }

    private void send(Call call) {
        client.send(call.url(), ROUTES + GossipRoutes.name(call.kind()), List.of(ByteBuffer.wrap(call.body())), call.timeout(),
                Message.MAX_BYTES).whenComplete((body, failure) -> run(workers, () -> {
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
            run(slow, () -> {
                isSettling.set(false);
                swim.settle(System.nanoTime());
            });
        }
    }

    private void scheduleExchange() {
        long nanos = settings.exchange().toNanos();
        long jittered = (long) (nanos * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
        schedule(slow, () -> {
            exchange.partner().ifPresent(partner -> joined(partner.profile().url()));
            scheduleExchange();
        }, Duration.ofNanos(jittered));
    }

    /**
     * Joins by the seeds when the file names others than before, and, ever more seldom, while nobody else is here; then by
     * those too that another WAR on this database has found.
     */
    private void seek() {
        try {
            boolean isNew = seeds.refresh();
            boolean isDue = System.nanoTime() - nextSeeking >= 0 && declared != Declared.LEFT && isAlone();
            if (isNew || isDue) {
                seeds.urls().forEach(this::joined);
                if (isAlone()) {
                    store.someUrls(network.name(), SAVED_SEEDS).forEach(this::joined);
                }
                pause = !isAlone() ? SEED_CHECK
                        : pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                nextSeeking = System.nanoTime() + (long) (pause.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1));
            }
        } catch (RuntimeException e) {
            LOG.error("joining failed; it is tried again", e);
        }
        schedule(slow, this::seek, SEED_CHECK);
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

    private Joined joined(URI url) {
        try {
            Exchange.Conversation conversation = exchange.begin();
            for (int turn = 0; turn < MOST_TURNS; turn++) {
                Optional<byte[]> request = conversation.request();
                if (request.isEmpty()) {
                    break;
                }
                conversation.take(client.call(url, ROUTES + GossipRoutes.EXCHANGE, request.get(), EXCHANGE_LIMIT,
                        Exchange.MAX_BYTES), System.nanoTime());
            }
            return new Joined(url, conversation.partner().map(Announcement::id), Optional.empty());
        } catch (PeerFailure | ProblemException failure) {
            if (failure instanceof ProblemException refused && refused.problem() == Problem.OTHER_PARTITIONS) {
                refusals.tell(refused.detail());
            }
            LOG.debug("exchange failed url={} cause={}", url, failure.getMessage());
            return new Joined(url, Optional.empty(), Optional.of(failure.getMessage()));
        }
    }

    private void take(Declared wanted) {
        declared = wanted;
        swim.announce(self().profile().declaring(wanted));
    }

    private static void run(ScheduledThreadPoolExecutor executor, Runnable task) {
        schedule(executor, task, Duration.ZERO);
    }

    private static void schedule(ScheduledThreadPoolExecutor executor, Runnable task, Duration delay) {
        try {
            executor.schedule(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("gossip failed; it goes on", e);
                }
            }, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the node is stopping");
        }
    }

    private static ScheduledThreadPoolExecutor executor(String name, int threads) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }

    private final class Keeping implements Job {
        @Override
        public String name() {
            return "peers";
        }

        @Override
        public String duty() {
            return "Writes what changed in the list of servers, and takes over what this node was told to be";
        }

        @Override
        public Duration step(Instant now) {
            vitals = measured.get();
            Declared wanted = store.declared();
            if (wanted != declared) {
                take(wanted);
            }
            long newest = sequence.get();
            if (newest > savedSequence) {
                store.announced(newest);
                savedSequence = newest;
            }
            return save() ? Duration.ZERO : KEEPING_INTERVAL;
        }

        /** At most one batch; true when more is at hand. What could not be written is tried again. */
        private boolean save() {
            TreeSet<NodeId> batch = new TreeSet<>();
            unsaved.stream().limit(SAVED_AT_ONCE).forEach(batch::add);
            if (batch.isEmpty()) {
                return false;
            }
            unsaved.removeAll(batch);
            try {
                List<Member> members = new ArrayList<>();
                List<NodeId> gone = new ArrayList<>();
                for (NodeId id : batch) {
                    table.find(id).ifPresentOrElse(members::add, () -> gone.add(id));
                }
                store.save(network.name(), members, gone);
            } catch (RuntimeException failure) {
                unsaved.addAll(batch);
                throw failure;
            }
            return !unsaved.isEmpty();
        }
    }
}
