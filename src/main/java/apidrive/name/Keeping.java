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
import java.util.concurrent.Executor;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.wire.NodeId;

/**
 * One store of some records. All holders are sent to at the same time, and others in place of those that are away; the answer comes
 * after the promised number have them durably. Those that are away are owed the names, which is noted by those that took them.
 */
final class Keeping {
    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);
    private static final Duration HURRY = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Holders holders;
    private final NamePeers peers;
    private final Executor executor;
    private final int promised;
    private final Map<NameKey, NameRecord> records = new HashMap<>();
    private final Map<NameKey, Set<NodeId>> kept = new HashMap<>();
    private final Map<NameKey, Set<NodeId>> sent = new HashMap<>();
    private final Map<NameKey, Long> newest = new HashMap<>();
    private final CompletableFuture<Void> enough = new CompletableFuture<>();

    /** {@code promised} nodes are to have each record before {@link #keep} returns. */
    Keeping(Holders holders, NamePeers peers, Executor executor, int promised, Collection<NameRecord> records) {
        this.holders = holders;
        this.peers = peers;
        this.executor = executor;
        this.promised = promised;
        records.forEach(record -> {
            this.records.put(record.key(), record);
            kept.put(record.key(), new HashSet<>());
            sent.put(record.key(), new HashSet<>());
        });
    }

    /** The version of each name that counts by now, as far as was heard. Throws NAME_AWAY where too few nodes can be had. */
    Map<NameKey, Long> keep() {
        CompletableFuture<?> first = send(records.keySet(), key -> holders.toKeep(key.id()));
        Calls.await(CompletableFuture.anyOf(enough, first), HURRY);
        List<NameKey> lacking = lacking();
        CompletableFuture<?> all = first;
        if (!lacking.isEmpty()) {
            CompletableFuture<?> more = send(lacking, key -> holders.anywhere(key.id()).stream()
                    .filter(node -> !sent.get(key).contains(node)).limit(holders.copies()).toList());
            all = CompletableFuture.allOf(first, more);
            Calls.await(CompletableFuture.anyOf(enough, all), LIMIT);
            lacking = lacking();
        }
        all.thenRun(this::owe);
        if (!lacking.isEmpty()) {
            throw NAME_AWAY.because("fewer than " + promised + " of the servers that are to keep " + lacking.get(0) + " took it", RETRY);
        }
        synchronized (this) {
            return Map.copyOf(newest);
        }
    }

    /** Completes when all have answered or failed. */
    private CompletableFuture<?> send(Collection<NameKey> keys, Function<NameKey, List<NodeId>> whom) {
        Map<NodeId, List<NameKey>> parcels = new HashMap<>();
        for (NameKey key : keys) {
            List<NodeId> nodes = whom.apply(key);
            synchronized (this) {
                sent.get(key).addAll(nodes);
            }
            nodes.forEach(node -> parcels.computeIfAbsent(node, one -> new ArrayList<>()).add(key));
        }
        return CompletableFuture.allOf(holders.selfLast(parcels.keySet()).stream()
                .map(node -> deliver(node, parcels.get(node))).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<?> deliver(NodeId node, List<NameKey> keys) {
        return peers.shelf(node).keep(keys.stream().map(records::get).toList(), Set.of()).handle((versions, failure) -> {
            if (failure == null) {
                took(node, keys, versions);
            } else {
                LOG.debug("names not taken by server {}: {}", node, failure.getMessage());
            }
            return null;
        });
    }

    private synchronized void took(NodeId node, List<NameKey> keys, List<Long> versions) {
        for (int i = 0; i < keys.size(); i++) {
            kept.get(keys.get(i)).add(node);
            newest.merge(keys.get(i), versions.get(i), Math::max);
        }
        if (kept.values().stream().allMatch(nodes -> nodes.size() >= promised)) {
            enough.complete(null);
        }
    }

    private synchronized List<NameKey> lacking() {
        return kept.entrySet().stream().filter(entry -> entry.getValue().size() < promised).map(Map.Entry::getKey).toList();
    }

    /** Has one of those that took a record note which of its holders did not. */
    private void owe() {
        Map<NodeId, Map<Set<NodeId>, List<NameRecord>>> notes = new HashMap<>();
        synchronized (this) {
            kept.forEach((key, nodes) -> {
                Set<NodeId> owed = new HashSet<>(holders.of(key.id()));
                owed.removeAll(nodes);
                if (!owed.isEmpty() && !nodes.isEmpty()) {
                    notes.computeIfAbsent(holders.selfFirst(nodes), node -> new HashMap<>())
                            .computeIfAbsent(owed, node -> new ArrayList<>()).add(records.get(key));
                }
            });
        }
        if (!notes.isEmpty()) {
            executor.execute(() -> notes.forEach((node, some) -> some.forEach((owed, about) -> note(node, about, owed))));
        }
    }

    private void note(NodeId node, List<NameRecord> about, Set<NodeId> owed) {
        peers.shelf(node).keep(about, owed).exceptionally(failure -> {
            LOG.debug("owed names not noted by server {}: {}", node, failure.getMessage());
            return null;
        });
    }
}
