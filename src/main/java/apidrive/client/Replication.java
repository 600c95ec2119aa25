package apidrive.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestBuilder;
import apidrive.wire.ChunkId;

/** Brings every chunk of a file to a number of copies: counts those there are, and copies what has too few. */
final class Replication {
    private static final int MOST_PLACES = 64;  // that a manifest may name for a chunk

    private final Http http;
    private final Http writing;
    private final Manifest manifest;
    private final int wanted;
    private final Transfer transfer;
    private final Progress progress;
    private final Census census;
    private final Elsewhere elsewhere;
    private final Map<ServerUrl, Server> servers = new HashMap<>();
    private final Map<Integer, Set<ServerUrl>> keepers = new HashMap<>();  // of chunks that had too few
    private final Optional<Network> network;
    private final Destination destination;
    private Bundles bundles;
    private int made;
    private String complaint = "";

    /** Copies go to the servers of the network, else to those of the manifest and {@code others}, by {@code writing}. */
    Replication(Http http, Http writing, Manifest manifest, int wanted, List<ServerUrl> others, Transfer transfer, Progress progress) {
        this.http = http;
        this.writing = writing;
        this.manifest = manifest;
        this.wanted = wanted;
        this.transfer = transfer;
        this.progress = progress;
        this.census = new Census(http, manifest, false, others, transfer, progress);
        this.elsewhere = census.elsewhere();
        this.network = elsewhere.network().join();
        this.destination = network.<Destination>map(known -> new NetworkServers(known, List.of(), wanted, wanted))
                .orElseGet(() -> new NamedServers(named(others), wanted));
    }

    void run(int connections) throws InterruptedException {
        census.run(wanted, connections);
        bundles = new Bundles(http, writing, connections, destination.servers().size(), wanted);
        for (int order = 0; order < manifest.count(); order++) {
            if (census.live(order) < wanted) {
                bundles.begin(1);
                int own = order;
                Set<ServerUrl> found = new LinkedHashSet<>(census.keepersOf(order));
                note(own, found);
                copy(own, found).whenComplete((placed, failure) -> {
                    if (failure != null) {
                        complain(Elsewhere.cause(failure).getMessage());
                    }
                    bundles.end(1);
                });
            }
        }
        bundles.awaitAll();
    }

    /** How many chunks there are. */
    int chunks() {
        return manifest.count();
    }

    /** How many servers copies may go to. */
    int servers() {
        return network.map(Network::size).orElse(destination.servers().size());
    }

    /** Copies that were made. */
    synchronized int made() {
        return made;
    }

    /** Chunks that had too few copies. */
    synchronized int lacked() {
        return keepers.size();
    }

    /** How many copies the chunk has now. */
    synchronized int copies(int order) {
        return keepers.containsKey(order) ? keepers.get(order).size() : census.live(order);
    }

    /** Why the last copy that failed could not be made; empty when none failed. */
    synchronized String complaint() {
        return complaint;
    }

    /** Of each chunk that had too few copies, in words for people, where it was and where it came. */
    synchronized List<String> deeds() {
        return keepers.keySet().stream().sorted().map(order -> {
            List<ServerUrl> before = census.keepersOf(order);
            List<ServerUrl> more = keepers.get(order).stream().filter(server -> !before.contains(server)).toList();
            return "chunk " + order + " (" + manifest.id(order) + ") of " + manifest.name() + " was on " + listed(before) + "; copied to "
                    + listed(more);
        }).toList();
    }

    private static String listed(List<ServerUrl> servers) {
        return servers.isEmpty() ? "none" : servers.stream().map(ServerUrl::toString).collect(Collectors.joining(", "));
    }

    /** The manifest with the servers that have got copies; empty where it needs no change, since the network finds them. */
    synchronized Optional<Manifest> renamed() {
        if (network.isPresent() || made == 0) {
            return Optional.empty();
        }
        ManifestBuilder builder = new ManifestBuilder(manifest.name());
        for (int order = 0; order < manifest.count(); order++) {
            Set<URI> at = new LinkedHashSet<>();
            keepers.getOrDefault(order, Set.of()).forEach(server -> at.add(server.retrieve()));
            at.addAll(manifest.urls(order));
            builder.add(order, manifest.id(order), at.stream().limit(MOST_PLACES).toList(), manifest.size(order), manifest.digest(order));
        }
        return Optional.of(builder.build());
    }

    private List<ServerUrl> named(List<ServerUrl> others) {
        Set<ServerUrl> named = new LinkedHashSet<>();
        manifest.places().forEach(place -> ServerUrl.ofRetrieve(place).ifPresent(named::add));
        named.addAll(others);
        return List.copyOf(named);
    }

    private CompletableFuture<ChunkPut.Placed> copy(int order, Set<ServerUrl> found) {
        Question<byte[]> question = new Retrieval(bundles, manifest, order);
        List<Candidate> sources = new ArrayList<>();
        found.forEach(url -> sources.add(new Candidate(server(url), sources.size(), url.retrieve())));
        return elsewhere.find(question, order, Candidates.leastBusyOf(sources)).thenCompose(data -> store(order, data, Set.copyOf(found)));
    }

    /** A network is sent the chunk once and sees to the rest; other servers each get the copy that they lack. */
    private CompletableFuture<ChunkPut.Placed> store(int order, byte[] data, Set<ServerUrl> found) {
        ChunkId id = manifest.id(order);
        byte[] contract = destination.contract(data.length);
        System.arraycopy(data, 0, contract, StoreContract.OFFSET, data.length);
        BitSet having = new BitSet();
        List<Server> states = new ArrayList<>();
        for (ServerUrl url : destination.servers()) {
            if (network.isEmpty() && found.contains(url)) {
                having.set(states.size());
            }
            states.add(server(url));
        }
        ChunkPut put = new ChunkPut(http, id, contract, destination, destination.candidates(id, states, having),
                (server, bytes) -> bundles.store(destination.servers().get(server), bytes), (more, given) -> made(order, more, given));
        having.stream().forEach(server -> put.with(server, id));
        return put.start();
    }

    private synchronized Server server(ServerUrl url) {
        return servers.computeIfAbsent(url, unknown -> new Server(url.toString(), transfer.patience(), progress::say));
    }

    private synchronized void note(int order, Set<ServerUrl> found) {
        keepers.put(order, found);
    }

    /** Under another id than the manifest's nobody would find the copy. */
    private synchronized void made(int order, List<ServerUrl> more, ChunkId given) {
        if (!given.equals(manifest.id(order))) {
            complain("a server gave chunk " + order + " (" + manifest.id(order) + ") another id");
            return;
        }
        for (ServerUrl server : more) {
            made += keepers.get(order).add(server) ? 1 : 0;
        }
    }

    private synchronized void complain(String why) {
        complaint = why;
    }
}
