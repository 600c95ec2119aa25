package apidrive.repair;

import static apidrive.problem.Problem.CHUNK_DELETED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.ChunkStore;
import apidrive.chunk.GetResult;
import apidrive.chunk.Held;
import apidrive.chunk.Lease;
import apidrive.chunk.PutResult;
import apidrive.chunk.StoredChunk;
import apidrive.job.Job;
import apidrive.placement.Placement;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Makes the copies that the heal queue names, those with the fewest left first, within the budget: fetches what this node
 * lacks and sends what others are owed. Before anything travels the receiver is asked whether it has it by now. One step is
 * one batch.
 */
public final class Heal implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(Heal.class);
    private static final int MOST = 4 * Shelf.MAX_CHUNKS;  // chunks of a batch: 16 MiB of heap
    private static final int BATCHES_A_SECOND = 4;  // where the budget allows for it: a user waits for one at most
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration CLAIM = Duration.ofMinutes(2);  // longer than a call to a peer may take
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int DOUBLINGS = 9;
    private static final Duration WORTH_TELLING = Duration.ofMinutes(1);  // stores that are no further apart are one wish

    /** A copy of so many bytes that is being committed here. */
    private record Keeping(CompletableFuture<PutResult> result, int bytes) {
    }

    private final Network network;
    private final Peers peers;
    private final OwnChunks own;
    private final HealQueue queue;
    private final Budget budget;
    private final ClaimTelling claims;
    private final Intake intake;
    private final AtomicLong healed = new AtomicLong();
    private final AtomicLong healedBytes = new AtomicLong();
    private final Pace pace = new Pace();
    private Instant last = Instant.MAX;

    public Heal(Network network, Peers peers, OwnChunks own, HealQueue queue, Lease lease, Budget budget) {
        this.network = network;
        this.peers = peers;
        this.own = own;
        this.queue = queue;
        this.budget = budget;
        this.claims = new ClaimTelling(own);
        this.intake = new Intake(own, lease);
    }

    @Override
    public String name() {
        return "heal";
    }

    @Override
    public String duty() {
        return "Makes the copies that are missing, here and on the servers that are owed one";
    }

    /** Copies made since the start, here and elsewhere. */
    public long healed() {
        return healed.get();
    }

    /** Copies made a second, of late. */
    public double pace(Instant now) {
        return pace.perSecond(now);
    }

    /** Bytes of these. */
    public long healedBytes() {
        return healedBytes.get();
    }

    @Override
    public Duration step(Instant now) {
        Duration pause = budget.wait(now);
        if (!pause.isZero()) {
            return pause;
        }
        if (now.isBefore(last)) {
            queue.hasten(now.plus(LONGEST_PAUSE));
        }
        last = now;
        int batch = (int) Math.max(Shelf.MAX_CHUNKS, Math.min(MOST, budget.rate() / BATCHES_A_SECOND / Chunk.MAX_BYTES));
        List<HealQueue.Task> tasks = queue.take(now, batch, CLAIM);
        Map<NodeId, List<HealQueue.Task>> byNode = new LinkedHashMap<>();
        tasks.forEach(task -> byNode.computeIfAbsent(task.need().node(), node -> new ArrayList<>()).add(task));
        byNode.forEach((node, some) -> {
            if (node.equals(network.self())) {
                pull(some, now);
            } else {
                push(node, some, now);
            }
        });
        return tasks.size() < batch ? IDLE : Duration.ZERO;
    }

    private void pull(List<HealQueue.Task> tasks, Instant now) {
        Set<ChunkId> kept = ids(own.inventory().held(chunks(tasks), now));
        done(tasks.stream().filter(task -> kept.contains(task.need().chunk())).toList());
        Map<NodeId, List<HealQueue.Task>> bySource = new LinkedHashMap<>();
        for (HealQueue.Task task : tasks) {
            if (!kept.contains(task.need().chunk())) {
                Optional<NodeId> source = source(task);
                if (candidates(task).isEmpty()) {
                    giveUp(task);
                } else if (source.isPresent()) {
                    bySource.computeIfAbsent(source.get(), node -> new ArrayList<>()).add(task);
                } else {
                    failed(List.of(task), "no server that may keep it can be reached", now);
                }
            }
        }
        Map<HealQueue.Task, Keeping> keeping = new LinkedHashMap<>();
        bySource.forEach((source, some) -> LocalShelf.parts(some, Shelf.MAX_CHUNKS)
                .forEach(part -> attempt(part, now, () -> keeping.putAll(pull(source, part, now)))));
        List<HealQueue.Task> settled = new ArrayList<>();
        keeping.forEach((task, copy) -> attempt(List.of(task), now, () -> {
            if (isSettled(task, Futures.join(copy.result()).refusal(), copy.bytes(), now)) {
                settled.add(task);
            }
        }));
        done(settled);
    }

    /** What came of them, and is being kept while others are fetched. */
    private Map<HealQueue.Task, Keeping> pull(NodeId source, List<HealQueue.Task> tasks, Instant now) {
        Map<ChunkId, Replica> got = peers.shelf(source).fetch(chunks(tasks), false);
        List<HealQueue.Task> found = tasks.stream().filter(task -> got.containsKey(task.need().chunk())).toList();
        tasks.stream().filter(task -> !got.containsKey(task.need().chunk())).forEach(task -> giveUpOrAskAnother(task, source, now));
        List<Replica> replicas = found.stream().map(task -> got.get(task.need().chunk())).toList();
        Iterator<CompletableFuture<PutResult>> kept = intake.keep(replicas, now).iterator();
        Map<HealQueue.Task, Keeping> keeping = new LinkedHashMap<>();
        found.forEach(task -> keeping.put(task, new Keeping(kept.next(), got.get(task.need().chunk()).chunk().size())));
        return keeping;
    }

    /** Where every server that may keep it has been asked, and none has it, it is gone: its lease ended, or it was deleted. */
    private void giveUpOrAskAnother(HealQueue.Task task, NodeId source, Instant now) {
        if (task.attempts() >= candidates(task).size() && candidates(task).stream().allMatch(network::isReachable)) {
            giveUp(task);
        } else {
            failed(List.of(task), "server " + source + " keeps it no more", now);
        }
    }

    private void giveUp(HealQueue.Task task) {
        done(List.of(task));
        LOG.info("chunk not healed id={}: no server keeps it any more", task.need().chunk());
    }

    private void push(NodeId node, List<HealQueue.Task> tasks, Instant now) {
        Placement placement = network.placement();
        List<HealQueue.Task> needed = new ArrayList<>();
        for (HealQueue.Task task : tasks) {
            if (placement.rank(placement.part(task.need().chunk()), node) < 0) {
                done(List.of(task));  // it is a holder no more; the one in its place fetches for itself
            } else {
                needed.add(task);
            }
        }
        if (needed.isEmpty()) {
            return;
        }
        if (!network.isReachable(node)) {
            failed(needed, "server " + node + " is away", now);
            return;
        }
        LocalShelf.parts(needed, Shelf.MAX_CHUNKS).forEach(part -> attempt(part, now, () -> send(node, part, now)));
    }

    private void send(NodeId node, List<HealQueue.Task> tasks, Instant now) {
        Shelf shelf = peers.shelf(node);
        Map<ChunkId, Leased> there = new HashMap<>();
        shelf.held(chunks(tasks)).forEach(held -> there.put(held.id(), held));
        renew(shelf, there, now);
        Map<ChunkId, Replica> replicas = read(chunks(tasks).stream().filter(id -> !there.containsKey(id)).toList(), now);
        List<HealQueue.Task> sent = tasks.stream().filter(task -> replicas.containsKey(task.need().chunk())).toList();
        done(tasks.stream().filter(task -> !replicas.containsKey(task.need().chunk())).toList());  // there already, or gone here
        if (!sent.isEmpty()) {
            List<Optional<Problem>> answers = shelf.keep(sent.stream().map(task -> replicas.get(task.need().chunk())).toList());
            done(IntStream.range(0, sent.size()).filter(i -> isSettled(sent.get(i), answers.get(i),
                    replicas.get(sent.get(i).need().chunk()).chunk().size(), now)).mapToObj(sent::get).toList());
        }
    }

    /** What a node was owed that had the chunk before: the longer lease, the greater number of copies, and who claims it. */
    private void renew(Shelf shelf, Map<ChunkId, Leased> there, Instant now) {
        if (there.isEmpty()) {
            return;
        }
        List<Leased> all = own.inventory().held(there.keySet(), now).stream()
                .map(mine -> Leased.of(mine, now)).toList();
        List<Leased> more = all.stream().filter(mine -> mine.isMore(there.get(mine.id()), WORTH_TELLING)).toList();
        if (!more.isEmpty()) {
            shelf.renew(more);
        }
        claims.tell(shelf, all.stream().filter(mine -> mine.isClaimedOtherwise(there.get(mine.id()))).map(Leased::id).toList(), now);
    }

    private Map<ChunkId, Replica> read(List<ChunkId> ids, Instant now) {
        Map<ChunkId, Replica> replicas = new HashMap<>();
        for (List<ChunkId> part : LocalShelf.parts(ids, ChunkStore.MAX_GET)) {
            for (Map.Entry<ChunkId, GetResult> read : own.read(part).entrySet()) {
                if (read.getValue().refusal().isEmpty()) {
                    StoredChunk stored = read.getValue().stored();
                    replicas.put(read.getKey(), Replica.ofKept(stored.chunk(), stored.copies(),
                            Duration.between(now, stored.expiresAt())));
                }
            }
        }
        return LocalShelf.withClaims(replicas, own, now);
    }

    /** Whether there is nothing left to do: the copy is made, or not needed any more. Else it is put off. */
    private boolean isSettled(HealQueue.Task task, Optional<Problem> refusal, int bytes, Instant now) {
        budget.spend(bytes, now);
        if (refusal.isEmpty()) {
            healed.incrementAndGet();
            healedBytes.addAndGet(bytes);
            pace.add(1, now);
            LOG.debug("chunk healed id={} on={}", task.need().chunk(), task.need().node());
            return true;
        }
        if (refusal.get() == CHUNK_DELETED || refusal.get() == CHUNK_NOT_FOUND) {  // deleted, or its lease ended on the way
            return true;
        }
        failed(List.of(task), refusal.get().title(), now);
        return false;
    }

    /** A call that fails puts off what it was for, and nothing else. */
    private void attempt(List<HealQueue.Task> tasks, Instant now, Runnable call) {
        try {
            call.run();
        } catch (ProblemException e) {
            failed(tasks, e.detail(), now);
        }
    }

    /** Every attempt asks another of those that may keep it. */
    private Optional<NodeId> source(HealQueue.Task task) {
        List<NodeId> candidates = candidates(task).stream().filter(network::isReachable).toList();
        return candidates.isEmpty() ? Optional.empty()
                : Optional.of(candidates.get((task.attempts() - 1) % candidates.size()));
    }

    private List<NodeId> candidates(HealQueue.Task task) {
        Set<NodeId> candidates = new LinkedHashSet<>(new TreeSet<>(task.need().sources()));
        Placement placement = network.placement();
        candidates.addAll(placement.ranking(placement.part(task.need().chunk())));
        candidates.removeIf(node -> node.equals(network.self()) || network.url(node).isEmpty());  // or left, and forgotten since
        return List.copyOf(candidates);
    }

    private void done(Collection<HealQueue.Task> tasks) {
        if (!tasks.isEmpty()) {
            queue.done(tasks.stream().map(HealQueue.Task::need).toList());
        }
    }

    private void failed(List<HealQueue.Task> tasks, String error, Instant now) {
        Map<Integer, List<HealQueue.Need>> byAttempts = new HashMap<>();
        tasks.forEach(task -> byAttempts.computeIfAbsent(task.attempts(), attempts -> new ArrayList<>()).add(task.need()));
        byAttempts.forEach((attempts, needs) -> queue.failed(needs, error, now.plus(pause(attempts))));
    }

    private static Duration pause(int attempts) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private static List<ChunkId> chunks(List<HealQueue.Task> tasks) {
        return tasks.stream().map(task -> task.need().chunk()).distinct().toList();
    }

    private static Set<ChunkId> ids(List<Held> held) {
        Set<ChunkId> ids = new HashSet<>();
        held.forEach(one -> ids.add(one.id()));
        return ids;
    }
}
