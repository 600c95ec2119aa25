package apidrive.name;

import static apidrive.problem.Problem.NAME_AWAY;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import apidrive.wire.NodeId;

/**
 * One question to those who may have some names. The newest record that anybody has is the answer, and those who should have it and
 * do not are given it on the way.
 */
final class Asking {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Holders holders;
    private final NamePeers peers;
    private final Map<NameKey, NameRecord> newest = new HashMap<>();
    private final Map<NameKey, Set<NodeId>> asked = new HashMap<>();
    private final Map<NodeId, Map<NameKey, NameRecord>> answers = new HashMap<>();

    Asking(Holders holders, NamePeers peers) {
        this.holders = holders;
        this.peers = peers;
    }

    /** The newest record of each name that anybody has, deletions among them. Throws NAME_AWAY where nobody answers for a name. */
    Map<NameKey, NameRecord> ask(Collection<NameKey> keys) {
        ask(keys, key -> holders.toAsk(key.id()));
        List<NameKey> unheard = keys.stream().filter(key -> !isAnswered(key)).toList();
        List<NameKey> unknown = keys.stream().filter(key -> !newest.containsKey(key)).toList();
        List<NameKey> elsewhere = holders.areMoving() ? unknown : unheard;
        if (!elsewhere.isEmpty()) {
            ask(elsewhere, key -> holders.anywhere(key.id()).stream().filter(node -> !asked.get(key).contains(node)).toList());
        }
        keys.stream().filter(key -> !isAnswered(key)).findFirst().ifPresent(key -> {
            throw NAME_AWAY.because("none of the servers that may keep " + key + " answers", RETRY);
        });
        mend();
        return newest;
    }

    private boolean isAnswered(NameKey key) {
        return newest.containsKey(key) || answers.values().stream().anyMatch(answer -> answer.containsKey(key));
    }

    private void ask(Collection<NameKey> keys, Function<NameKey, List<NodeId>> whom) {
        Map<NodeId, List<NameKey>> questions = new HashMap<>();
        for (NameKey key : keys) {
            List<NodeId> nodes = whom.apply(key);
            asked.computeIfAbsent(key, one -> new HashSet<>()).addAll(nodes);
            nodes.forEach(node -> questions.computeIfAbsent(node, one -> new ArrayList<>()).add(key));
        }
        Map<NodeId, CompletableFuture<Map<NameKey, NameRecord>>> calls =
                Calls.toEach(holders.selfLast(questions.keySet()), node -> peers.shelf(node).find(questions.get(node)));
        Calls.heard(calls, heard -> keys.stream().allMatch(key -> heard.keySet().stream().anyMatch(asked.get(key)::contains)))
                .forEach((node, known) -> questions.get(node).forEach(key -> take(node, key, known.get(key))));
    }

    /** {@code record} is null where the node has none. */
    private void take(NodeId node, NameKey key, NameRecord record) {
        answers.computeIfAbsent(node, one -> new HashMap<>()).put(key, record);
        if (record != null) {
            newest.merge(key, record, (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    private void mend() {
        Map<NodeId, List<NameRecord>> lacking = new HashMap<>();
        newest.forEach((key, record) -> holders.of(key.id()).stream()
                .filter(node -> answers.containsKey(node) && answers.get(node).containsKey(key))
                .filter(node -> answers.get(node).get(key) == null || record.isAfter(answers.get(node).get(key)))
                .forEach(node -> lacking.computeIfAbsent(node, one -> new ArrayList<>()).add(record)));
        lacking.forEach((node, records) -> peers.shelf(node).keep(records, Set.of()));
    }
}
