package apidrive.repair;

import static apidrive.problem.Problem.CHUNK_AWAY;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Gets chunks that this node lacks from nodes that keep them: the holders first, the least busy of two drawn at random before
 * the others, then whoever ranks next, then everybody else. A slow one is hedged: the next is asked as well. However many ask
 * for a chunk at the same time, it is fetched once.
 */
public final class Fetching {
    /** So long a node has for its answer, before the next is asked as well: beyond what a sound one takes at half of its peak. */
    public static final Duration HEDGE = Duration.ofMillis(200);
    private static final int MOST_ASKED = 32;  // servers asked for one chunk before it is called unknown
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Network network;
    private final Peers peers;
    private final int copies;
    private final Executor executor;
    private final Executor later;
    private final RandomGenerator random;
    private final Map<ChunkId, CompletableFuture<Optional<Replica>>> underWay = new ConcurrentHashMap<>();

    /**
     * Of a chunk there are usually {@code copies}; {@code executor} begins calls to peers, {@code later} runs what it is given
     * {@link #HEDGE} after that.
     */
    public Fetching(Network network, Peers peers, int copies, Executor executor, Executor later, RandomGenerator random) {
        this.network = network;
        this.peers = peers;
        this.copies = copies;
        this.executor = executor;
        this.later = later;
        this.random = random;
    }

    /**
     * The chunk for a user, from another node; its lease is renewed there. Empty when every node that may keep it says it has
     * none; fails with CHUNK_AWAY, and a time to try again after, when one of them could not be asked.
     */
    public CompletableFuture<Optional<Replica>> fetch(ChunkId id) {
        CompletableFuture<Optional<Replica>> fresh = new CompletableFuture<>();
        CompletableFuture<Optional<Replica>> found = underWay.putIfAbsent(id, fresh);
        if (found != null) {
            return found;
        }
        fresh.whenComplete((replica, thrown) -> underWay.remove(id));
        new Search(id, candidates(id), true, fresh).next();
        return fresh;
    }

    /** As {@link #fetch}, for nobody who would read it: no lease is renewed. */
    public CompletableFuture<Optional<Replica>> look(ChunkId id) {
        CompletableFuture<Optional<Replica>> result = new CompletableFuture<>();
        new Search(id, candidates(id), false, result).next();
        return result;
    }

    /** As {@link #fetch} for many at once: those that have the same first candidate share a call, the rest are searched for. */
    public Map<ChunkId, CompletableFuture<Optional<Replica>>> fetch(Collection<ChunkId> ids) {
        Map<ChunkId, CompletableFuture<Optional<Replica>>> results = new HashMap<>();
        Map<NodeId, List<ChunkId>> byNode = new HashMap<>();
        for (ChunkId id : new HashSet<>(ids)) {
            List<NodeId> candidates = candidates(id);
            if (ids.size() == 1 || candidates.isEmpty()) {
                results.put(id, fetch(id));
            } else {
                byNode.computeIfAbsent(candidates.get(0), node -> new ArrayList<>()).add(id);
            }
        }
        byNode.forEach((node, wanted) -> LocalShelf.parts(wanted, Shelf.MAX_CHUNKS).forEach(part -> {
            CompletableFuture<Map<ChunkId, Replica>> call = ask(node, part, true).exceptionally(failed -> Map.of());
            part.forEach(id -> results.put(id, call.thenCompose(replicas -> replicas.containsKey(id)
                    ? CompletableFuture.completedFuture(Optional.of(replicas.get(id))) : fetch(id))));
        }));
        return results;
    }

    private CompletableFuture<Map<ChunkId, Replica>> ask(NodeId node, List<ChunkId> ids, boolean forUser) {
        return CompletableFuture.supplyAsync(() -> peers.shelf(node).ask(ids, forUser), executor).thenCompose(Function.identity());
    }

    /** Who should keep the chunk, the likeliest and least busy first. */
    private List<NodeId> candidates(ChunkId id) {
        List<NodeId> ranking = network.placement().ranking(network.placement().part(id));
        List<NodeId> holders = new ArrayList<>(ranking.subList(0, Math.min(copies, ranking.size())));
        holders.removeIf(node -> node.equals(network.self()) || !network.isReachable(node));
        if (holders.size() > 1) {
            swap(holders, 0, random.nextInt(holders.size()));
            swap(holders, 1, 1 + random.nextInt(holders.size() - 1));
            if (network.load(holders.get(1)) < network.load(holders.get(0))) {
                swap(holders, 0, 1);
            }
        }
        Set<NodeId> seen = new HashSet<>(holders);
        seen.add(network.self());
        ranking.stream().filter(network::isReachable).filter(seen::add).forEach(holders::add);
        return holders;
    }

    /** Nodes that should not have it and yet may, as many as may be asked beside {@code likely}. */
    private List<NodeId> others(List<NodeId> likely) {
        Set<NodeId> seen = new HashSet<>(likely);
        seen.add(network.self());
        return network.reachable().stream().filter(node -> !seen.contains(node)).sorted()
                .limit(Math.max(0, MOST_ASKED - likely.size())).toList();
    }

    /**
     * Whether the nodes that answer are too few to speak for the network, although whoever left it took its place with it: half
     * of them or more are away, and more than one, which is what a store promises at least.
     */
    private boolean isCutOff() {
        int away = network.size() - 1 - network.reachable().size();
        return away > 1 && 2 * away >= network.size();
    }

    private static void swap(List<NodeId> nodes, int one, int other) {
        NodeId moved = nodes.get(one);
        nodes.set(one, nodes.get(other));
        nodes.set(other, moved);
    }

    /** One chunk being asked for, from one node after the other. */
    private final class Search {
        private final ChunkId id;
        private final List<NodeId> candidates;
        private final boolean forUser;
        private final CompletableFuture<Optional<Replica>> result;
        private boolean isWide;
        private int asked;
        private int answered;
        private int failed;

        private Search(ChunkId id, List<NodeId> candidates, boolean forUser, CompletableFuture<Optional<Replica>> result) {
            this.id = id;
            this.candidates = candidates;
            this.forUser = forUser;
            this.result = result;
        }

        /** Asks the next candidate, if there is one, at last those that should not have it; the last answer ends the search. */
        private void next() {
            NodeId node;
            int turn;
            synchronized (this) {
                if (asked == candidates.size() && !isWide) {
                    isWide = true;
                    candidates.addAll(others(candidates));
                }
                if (asked == candidates.size()) {
                    if (answered == asked) {
                        end();
                    }
                    return;
                }
                node = candidates.get(asked++);
                turn = asked;
            }
            later.execute(() -> hedge(turn));
            ask(node, List.of(id), forUser).whenComplete(this::arrived);
        }

        /** Nothing new since: the next candidate is asked beside the slow one. */
        private void hedge(int turn) {
            boolean isSlow;
            synchronized (this) {
                isSlow = asked == turn && asked < candidates.size() && !result.isDone();
            }
            if (isSlow) {
                next();
            }
        }

        private void arrived(Map<ChunkId, Replica> found, Throwable thrown) {
            if (thrown == null && found.containsKey(id)) {
                result.complete(Optional.of(found.get(id)));
                return;
            }
            boolean isLast;
            synchronized (this) {
                answered++;
                failed += thrown == null ? 0 : 1;
                isLast = asked == answered;
            }
            if (isLast) {
                next();
            }
        }

        private void end() {
            List<NodeId> holders = network.placement().holders(id, copies);
            long away = failed + holders.stream().filter(node -> !network.isReachable(node)).count();
            if (away == 0 && !isCutOff()) {
                result.complete(Optional.empty());
            } else if (away == 0) {
                result.completeExceptionally(CHUNK_AWAY.because("chunk " + id + " is not kept here, and half of the servers or "
                        + "more have not answered for long", RETRY));
            } else {
                result.completeExceptionally(CHUNK_AWAY.because("chunk " + id + " is not kept here, and " + away
                        + " of the servers that may keep it cannot be asked now", RETRY));
            }
        }
    }
}
