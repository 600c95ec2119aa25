package apidrive.repair;

import static apidrive.problem.Problem.CHUNK_DAMAGED;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import apidrive.chunk.EndedLeases;
import apidrive.chunk.GetResult;
import apidrive.chunk.Lease;
import apidrive.chunk.Tombstone;
import apidrive.job.Job;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** A node from its start to its end: the real classes of repair, wired as a node wires them, on a simulated disk and network. */
final class Life {
    private static final long USUAL_DELAY = 20;  // milliseconds until another thread takes up a task
    private static final long LONGEST_DELAY = 5_000;

    final SimulatedNode node;
    final Handover handover;
    final Sync sync;
    final Scrub scrub;
    private final World world;
    private final SimulatedDisk disk;
    private final LiveDisk own;
    private final View view;
    private final Lease lease;
    private final Spreading spreading;
    private final Fetching fetching;
    private final OtherHolders others;
    private final LocalShelf shelf;
    private final Holding holding;
    private final HealQueue queue;
    private final List<Job> jobs;
    private boolean isOver;

    Life(SimulatedNode node, World world) {
        this.node = node;
        this.world = world;
        this.disk = node.disk;
        this.lease = world.lease();
        this.own = new LiveDisk(this, disk, lease, world);
        this.view = world.isGossiping() ? new GossipView(node, this, world) : new SimulatedView(node, this, world);
        SimulatedPeers peers = new SimulatedPeers(this, world);
        this.queue = mortal(HealQueue.class, disk.heals);
        Random random = new Random(world.timeline.random.nextLong());
        Budget budget = new Budget(world.bytesPerSecond(), () -> Double.NaN);
        this.shelf = new LocalShelf(own, view, queue, lease, node);
        this.spreading = new Spreading(view, own, peers, queue, lease, node, this::soon,
                task -> later(Spreading.LEISURE.toMillis(), task), task -> later(Spreading.HURRY.toMillis(), task));
        this.fetching = new Fetching(view, peers, world.copies(), this::soon, task -> later(Fetching.HEDGE.toMillis(), task), random);
        this.others = new OtherHolders(view, peers, node, world.copies());
        this.sync = new Sync(view, peers, own, queue, lease, random);
        this.handover = new Handover(view, peers, own, queue, lease);
        this.scrub = new Scrub(view, own, (ids, now) -> disk.get(ids, now), queue, budget, mortal(Scrub.Bookmark.class, disk));
        this.holding = new Holding(mortal(EndedLeases.class, disk.chunks.ended()), mortal(Holders.Renewal.class, disk.chunks::renew),
                mortal(HeardEnds.class, disk.heard), view, peers::holders, disk::forget, lease, node, Runnable::run);
        this.jobs = new ArrayList<>(List.of(sync, new Heal(view, peers, own, queue, lease, budget), handover, scrub, spreading.receipts(),
                new Expiry()));
        if (world.hasObjects()) {
            jobs.add(holding);
        }
    }

    void begin() {
        jobs.forEach(job -> later(world.timeline.between(1, world.pace()), () -> work(job)));
        view.begin();
    }

    void end() {
        isOver = true;
    }

    boolean isOver() {
        return isOver;
    }

    /** Unwinds what a node does after its death. */
    void check() {
        if (isOver) {
            throw new Crash();
        }
    }

    /** The node dies here and now. */
    void die() {
        world.crash(node);
        throw new Crash();
    }

    void mayDie() {
        check();
        if (world.timeline.chance(world.faults().crash())) {
            die();
        }
    }

    Shelf shelf() {
        return node.isLying ? new LyingShelf(shelf, world.timeline) : shelf;
    }

    HolderShelf holders() {
        return node.isLying ? new LyingHolders() : holding.shelf();
    }

    View view() {
        return view;
    }

    /** How many nodes it counts on for a promise. */
    int size() {
        return view.size();
    }

    /** As a user's store here, claimed by {@code holder} where there is one. */
    CompletableFuture<Stored> store(Chunk chunk, Wish wish, Optional<UUID> holder) {
        try {
            return spreading.store(chunk, wish, holder);
        } catch (ProblemException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** As a user's retrieval here; what is kept here comes from here. */
    CompletableFuture<Optional<Chunk>> retrieve(ChunkId id) {
        GetResult here = own.read(List.of(id)).get(id);
        if (here != null && here.refusal().isEmpty()) {
            disk.chunks.renew(List.of(id), lease.from(node.instant()), true);
            if (lease.isLate(Duration.between(node.instant(), here.stored().expiresAt()))) {
                own.renewedLate(List.of(id));
            }
            return CompletableFuture.completedFuture(Optional.of(here.stored().chunk()));
        }
        if (here != null && here.refusal().get() == CHUNK_DAMAGED) {
            queue.add(List.of(new HealQueue.Need(id, node.id, Set.of())), node.instant());
        }
        return fetching.fetch(id).thenApply(found -> found.map(Replica::chunk));
    }

    /** As a user's renewal here; whether any holder has it. */
    boolean renew(ChunkId id) {
        check();
        Map<ChunkId, Instant> here = disk.chunks.renew(List.of(id), lease.from(node.instant()), false);
        return !others.renew(List.of(id), lease.lifetime()).isEmpty() || !here.isEmpty();
    }

    /** What the holder claims is to be kept for another lifetime. */
    void hold(UUID holder) {
        check();
        holding.hold(List.of(new Hold(holder, lease.lifetime())));
    }

    /** The holder ends, by this node. */
    void end(UUID holder) {
        check();
        holding.end(List.of(holder));
    }

    /** As a user's deletion here. */
    void delete(ChunkId id) {
        long number = world.deletion();
        own.bury(List.of(Tombstone.of(id, node.instant(), number, lease)));
        others.bury(id, number);
    }

    /** Runs what belongs to this life, unless it is over; a paused node does it later. */
    void run(Runnable task) {
        if (isOver) {
            return;
        }
        if (node.isPaused) {
            later(1_000, task);
            return;
        }
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            if (!isOver) {
                world.oracle.fail(node + " threw " + e, e);
            }
        }
    }

    private void work(Job job) {
        Duration wait;
        try {
            wait = job.step(node.instant());
        } catch (ProblemException e) {
            wait = Duration.ofSeconds(1);  // the runner of jobs logs it, and tries again
        }
        long pause = wait.isZero() ? 1 : Math.max(wait.toMillis(), world.timeline.between(world.pace() / 2, world.pace()));
        later(pause, () -> work(job));
    }

    private void soon(Runnable task) {
        later(world.timeline.between(0, world.timeline.chance(world.faults().slow()) ? LONGEST_DELAY : USUAL_DELAY), task);
    }

    /** As {@link #run}, so much later. */
    void later(long millis, Runnable task) {
        world.timeline.after(millis, () -> run(task));
    }

    /** What this life may use until it ends. */
    private <T> T mortal(Class<T> type, T lasting) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            mayDie();
            try {
                return method.invoke(lasting, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** Frees what has run out, as the job of the chunk package does. */
    private final class Expiry implements Job {
        @Override
        public String name() {
            return "expiry";
        }

        @Override
        public String duty() {
            return "Frees what has run out";
        }

        @Override
        public Duration step(Instant now) {
            disk.chunks.sweep(now);
            disk.chunks.forgetTombstones(now, 100);
            return Duration.ofMinutes(1);
        }
    }
}
