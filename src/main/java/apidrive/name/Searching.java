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

/** A search through the names of all servers. */
final class Searching {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Network network;
    private final Holders holders;
    private final NamePeers peers;

    Searching(Network network, Holders holders, NamePeers peers) {
        this.network = network;
        this.holders = holders;
        this.peers = peers;
    }

    /** One round: what all have found up to the place to which all have looked, as the newest record of each name has it. */
    NameFindings search(NameQuery query, NamePlace after, int limit) {
        if (limit < 1 || limit > NameShelf.MOST) {
            throw MALFORMED.because("a page has 1 to " + NameShelf.MOST + " names");
        }
        Collection<NodeId> nodes = new HashSet<>(network.reachable());
        nodes.add(network.self());
        Map<NodeId, CompletableFuture<NameFindings>> calls = Calls.toEach(holders.selfLast(nodes),
                node -> peers.shelf(node).search(query, after, limit));
        Map<NodeId, NameFindings> answers = Calls.heard(calls, heard -> true);
        if (answers.isEmpty()) {
            throw NAME_AWAY.because("no server that keeps names answers", RETRY);
        }
        Set<NodeId> silent = new HashSet<>(nodes);
        silent.removeAll(answers.keySet());
        Optional<NamePlace> looked = answers.values().stream().flatMap(answer -> answer.next().stream()).min(NamePlace::compareTo);
        TreeMap<NamePlace, NameKey> found = new TreeMap<>();
        answers.values().stream().flatMap(answer -> answer.records().stream()).map(NameRecord::key)
                .filter(key -> looked.isEmpty() || NamePlace.of(key).compareTo(looked.get()) <= 0)
                .forEach(key -> found.put(NamePlace.of(key), key));
        List<NamePlace> page = found.keySet().stream().limit(limit).toList();
        boolean isCut = page.size() < found.size();
        return new NameFindings(newest(query, page.stream().map(found::get).toList()),
                isCut ? Optional.of(page.get(page.size() - 1)) : looked, silent);
    }

    /** A server that has not heard of a change may have found what is no longer so. */
    private List<NameRecord> newest(NameQuery query, List<NameKey> keys) {
        List<NameRecord> newest = new ArrayList<>();
        if (!keys.isEmpty()) {
            Map<NameKey, NameRecord> known = new Asking(holders, peers).ask(keys);
            keys.stream().map(known::get).filter(record -> record != null && query.matches(record)).forEach(newest::add);
        }
        return newest;
    }
}
