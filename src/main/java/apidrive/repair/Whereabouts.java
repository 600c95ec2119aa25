package apidrive.repair;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Where chunks are: every server that may be to keep one says whether it does, sound as far as it knows, and vouches for it. A server that
 * is to let go of its copy vouches for none. Threads share it.
 */
public final class Whereabouts {
    /**
     * What was answered.
     *
     * @param keepers of each chunk that was asked for those that keep it; none for one that nobody keeps
     * @param lacking of each chunk that somebody keeps those that are to keep it as well and answered that they do not; none for others
     * @param silent  servers that did not answer, although some of the chunks may be there
     */
    public record Answer(Map<ChunkId, Set<NodeId>> keepers, Map<ChunkId, Set<NodeId>> lacking, Set<NodeId> silent) {
    }

    private static final int MOST_COPIES = 8;  // that anybody may wish for

    private final Network network;
    private final Peers peers;
    private final Shelf own;
    private final Executor executor;

    /** {@code own} is this node's shelf; {@code executor} runs calls to the others. */
    public Whereabouts(Network network, Peers peers, Shelf own, Executor executor) {
        this.network = network;
        this.peers = peers;
        this.own = own;
        this.executor = executor;
    }

    /** Who keeps each of at most {@link Shelf#MAX_IDS} chunks. */
    public Answer of(Collection<ChunkId> ids) {
        Map<NodeId, List<ChunkId>> questions = new HashMap<>();
        Map<ChunkId, Set<NodeId>> keepers = new HashMap<>();
        Set<NodeId> silent = new HashSet<>();
        for (ChunkId id : new HashSet<>(ids)) {
            keepers.put(id, new HashSet<>());
            for (NodeId node : network.placement().ranking(network.placement().part(id)).stream().limit(MOST_COPIES).toList()) {
                questions.computeIfAbsent(node, one -> new ArrayList<>()).add(id);
            }
        }
        Map<ChunkId, Integer> wanted = new HashMap<>();
        Map<NodeId, CompletableFuture<List<Leased>>> calls = new HashMap<>();
        questions.forEach((node, asked) -> {
            if (node.equals(network.self()) || network.isReachable(node)) {
                calls.put(node, CompletableFuture.supplyAsync(() -> shelf(node).held(asked), executor));
            } else {
                silent.add(node);
            }
        });
        calls.forEach((node, call) -> {
            try {
                Futures.join(call).forEach(kept -> {
                    keepers.computeIfPresent(kept.id(), (id, nodes) -> with(nodes, node));
                    wanted.merge(kept.id(), kept.copies(), Math::max);
                });
            } catch (ProblemException e) {
                silent.add(node);
            }
        });
        Map<ChunkId, Set<NodeId>> lacking = new HashMap<>();
        keepers.forEach((id, nodes) -> {
            Set<NodeId> others = new HashSet<>(network.placement().holders(id, wanted.getOrDefault(id, 0)));
            others.removeAll(nodes);
            others.removeAll(silent);
            lacking.put(id, others);
        });
        return new Answer(keepers, lacking, silent);
    }

    private Shelf shelf(NodeId node) {
        return node.equals(network.self()) ? own : peers.shelf(node);
    }

    private static Set<NodeId> with(Set<NodeId> nodes, NodeId node) {
        nodes.add(node);
        return nodes;
    }
}
