package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.Claim;
import apidrive.chunk.EndedLeases;
import apidrive.chunk.Lease;
import apidrive.chunk.PostgresClaims;
import apidrive.chunk.PostgresEndedLeases;
import apidrive.job.Job;
import apidrive.peer.PeerRoute;
import apidrive.problem.ProblemException;
import apidrive.sql.Database;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Keeps what holders claim, and lets go of it when they end, here and everywhere. Whoever hears first of an end tells all servers that
 * answer; each asks every other for what it has not heard of when that one is met again, and time and again. Which chunks it is about
 * each finds in its own rows. As a job it does all that takes time, one bounded piece a step.
 */
public final class Holding implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(Holding.class);
    private static final Duration IDLE = Duration.ofMillis(500);  // so long what was deleted may lie
    private static final Duration PAUSE = Duration.ofMillis(5);  // between batches of small rows, for users
    private static final Duration HURRY = Duration.ofSeconds(2);
    private static final Duration FORGOTTEN_EACH = Duration.ofHours(1);
    private static final int FORGOTTEN = 1_000;  // rows a transaction

    private final Network network;
    private final Function<NodeId, HolderShelf> others;
    private final EndedLeases ended;
    private final Holders own;
    private final Hearing hearing;
    private final InstantSource clock;
    private final Executor executor;
    private Instant forgotten = Instant.MIN;

    /** {@code gone} is told which chunks went; {@code executor} runs calls to peers. */
    public Holding(Database database, Network network, RemotePeers peers, Consumer<Collection<ChunkId>> gone, Lease lease,
            InstantSource clock, Executor executor) {
        this(new PostgresEndedLeases(database), new PostgresClaims(database)::renew, new PostgresHeardEnds(database), network,
                peers::holders, gone, lease, clock, executor);
    }

    /** As the other; {@code others} are the holders of other nodes. */
    Holding(EndedLeases ended, Holders.Renewal renewal, HeardEnds heard, Network network, Function<NodeId, HolderShelf> others,
            Consumer<Collection<ChunkId>> gone, Lease lease, InstantSource clock, Executor executor) {
        this.network = network;
        this.others = others;
        this.ended = ended;
        this.own = new Holders(network, ended, renewal, gone, lease, clock);
        this.hearing = new Hearing(heard, network, own, others);
        this.clock = clock;
        this.executor = executor;
    }

    /** These have ended, for good: durable when this returns, and done in a while. */
    public void end(Collection<UUID> holders) {
        Instant now = clock.instant();
        ended.note(holders.stream().filter(holder -> !holder.equals(Claim.PLAIN)).toList(), now, false);
    }

    /** All that these claim, at most 4,096, is to be kept for so long, a lifetime of a lease at most, everywhere. */
    public void hold(List<Hold> holds) {
        own.hold(holds);
        toAll(shelf -> shelf.hold(holds));
    }

    /** What this node does for those that ask, by {@link #routes} or otherwise. */
    HolderShelf shelf() {
        return own;
    }

    /** What peers may ask. */
    public List<PeerRoute> routes() {
        return Stream.of(HolderRoute.values()).map(route -> route.to(own)).toList();
    }

    @Override
    public String name() {
        return "holding";
    }

    @Override
    public String duty() {
        return "Frees what was deleted and nobody else holds, renews what is held, and tells other servers of both";
    }

    @Override
    public Duration step(Instant now) {
        tell();
        hearing.step(now);
        boolean isMore = own.free(now);
        isMore |= own.renew();
        if (!now.isBefore(forgotten.plus(FORGOTTEN_EACH)) && ended.forget(now, FORGOTTEN) < FORGOTTEN) {
            forgotten = now;
        }
        return isMore ? PAUSE : IDLE;
    }

    /** Who does not hear it now asks for it. */
    private void tell() {
        List<UUID> news = ended.untold(HolderShelf.MOST);
        if (!news.isEmpty()) {
            if (network.isClosed()) {
                toAll(shelf -> shelf.end(news));
            }
            ended.told(news);
        }
    }

    private void toAll(Consumer<HolderShelf> call) {
        CompletableFuture<?>[] calls = network.reachable().stream().filter(node -> !node.equals(network.self()))
                .map(node -> CompletableFuture.runAsync(() -> attempt(node, call), executor)).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(calls).completeOnTimeout(null, HURRY.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (RuntimeException e) {
            LOG.debug("a server was not told of holders", e);
        }
    }

    private void attempt(NodeId node, Consumer<HolderShelf> call) {
        try {
            call.accept(others.apply(node));
        } catch (ProblemException e) {
            LOG.debug("server {} does not answer about holders: {}", node, e.detail());
        }
    }
}
