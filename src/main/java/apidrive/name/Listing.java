package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NAME_AWAY;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import apidrive.repair.Network;
import apidrive.wire.NodeId;

/** Lists that are put together from those of all servers. */
final class Listing {
    /** The most names of a page. */
    static final int MOST = 1_000;
    /** Rounds through all servers for one page: where much was deleted it may be short. */
    private static final int ROUNDS = 20;
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Network network;
    private final Holders holders;
    private final NamePeers peers;

    Listing(Network network, Holders holders, NamePeers peers) {
        this.network = network;
        this.holders = holders;
        this.peers = peers;
    }

    /** What a node is asked for. */
    @FunctionalInterface
    interface Question<T> {
        CompletableFuture<List<T>> ask(NameShelf shelf, String namespace, String prefix, String after, int limit);
    }

    /** A page of what {@code question} is answered with of each name that was not deleted. */
    <T extends Listed> NamePage<T> page(Question<T> question, String namespace, String prefix, String after, int limit) {
        NameKey.requireNamespace(namespace);
        NameKey.requireText(prefix);
        NameKey.requireText(after);
        if (limit < 1 || limit > MOST) {
            throw MALFORMED.because("a page has 1 to " + MOST + " names");
        }
        List<T> live = new ArrayList<>();
        Set<NodeId> silent = new HashSet<>();
        Optional<String> next = Optional.of(after);
        for (int round = 0; round < ROUNDS && next.isPresent() && live.size() < limit; round++) {
            next = add(live, silent, question, namespace, prefix, next.get(), limit);
        }
        return new NamePage<>(live, next, silent);
    }

    /** What all that answer keep of a name, the newest first. */
    List<NameRecord> versions(NameKey key) {
        Map<NodeId, CompletableFuture<List<NameRecord>>> calls =
                Calls.toEach(holders.selfLast(holders.toAsk(key.id())), node -> peers.shelf(node).versions(key));
        List<NameRecord> all = Calls.heard(calls, heard -> !heard.isEmpty()).values().stream().flatMap(List::stream).distinct()
                .sorted((one, other) -> one.equals(other) ? 0 : one.isAfter(other) ? -1 : 1).toList();
        List<NameRecord> versions = new ArrayList<>();
        for (NameRecord record : all) {
            if (versions.size() < NameTable.VERSIONS && (versions.isEmpty() || !versions.get(versions.size() - 1).isDeleted())) {
                versions.add(record);
            }
        }
        return versions;
    }

    /** Adds to {@code live} what follows after {@code after}; returns where to go on, empty at the end. */
    private <T extends Listed> Optional<String> add(List<T> live, Set<NodeId> silent, Question<T> question, String namespace, String prefix,
            String after, int limit) {
        int wanted = Math.min(NameShelf.MOST, limit);
        Collection<NodeId> nodes = new HashSet<>(network.reachable());
        nodes.add(network.self());
        Map<NodeId, CompletableFuture<List<T>>> calls = Calls.toEach(holders.selfLast(nodes),
                node -> question.ask(peers.shelf(node), namespace, prefix, after, wanted));
        Map<NodeId, List<T>> pages = Calls.heard(calls, heard -> true);
        if (pages.isEmpty()) {
            throw NAME_AWAY.because("no server that keeps names answers", RETRY);
        }
        nodes.stream().filter(node -> !pages.containsKey(node)).forEach(silent::add);
        Optional<String> known = pages.values().stream().filter(page -> page.size() == wanted)
                .map(page -> page.get(page.size() - 1).text()).min(NamePlace.BY_CODE_POINT);
        TreeMap<String, T> merged = new TreeMap<>(NamePlace.BY_CODE_POINT);
        pages.values().forEach(page -> page.stream()
                .filter(record -> known.isEmpty() || NamePlace.BY_CODE_POINT.compare(record.text(), known.get()) <= 0)
                .forEach(record -> merged.merge(record.text(), record, (one, other) -> one.isAfter(other) ? one : other)));
        for (T record : merged.values()) {
            if (!record.isDeleted()) {
                live.add(record);
                if (live.size() == limit) {
                    boolean isLast = known.isEmpty() && record.equals(merged.lastEntry().getValue());
                    return isLast ? Optional.empty() : Optional.of(record.text());
                }
            }
        }
        return known;
    }
}
