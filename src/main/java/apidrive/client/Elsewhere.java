package apidrive.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.Manifest;

/**
 * The way to chunks whose servers are gone: a network heals what it loses, so that a chunk is on servers that its manifest
 * does not name, and any server of the network fetches it from there. Threads share it.
 */
final class Elsewhere {
    private static final int MOST_ASKED_FOR_NETWORK = 32;
    private static final int MOST_ASKED = 6;  // for a chunk: each looks everywhere itself

    private final Http http;
    private final Manifest manifest;
    private final List<ServerUrl> others;
    private final Function<ServerUrl, Server> newServer;
    private final Map<ServerUrl, Server> servers = new ConcurrentHashMap<>();
    private CompletableFuture<Optional<Network>> network;

    /** {@code others} are asked as well. */
    Elsewhere(Http http, Manifest manifest, List<ServerUrl> others, Function<ServerUrl, Server> newServer) {
        this.http = http;
        this.manifest = manifest;
        this.others = others;
        this.newServer = newServer;
    }

    /** What is known of a server that the manifest names, so that it is shared. */
    void knows(ServerUrl url, Server server) {
        servers.put(url, server);
    }

    /** The network of the manifest's servers; they are asked when it is first needed. */
    synchronized CompletableFuture<Optional<Network>> network() {
        if (network == null) {
            List<ServerUrl> known = new ArrayList<>();
            manifest.places().forEach(place -> ServerUrl.ofRetrieve(place).ifPresent(known::add));
            Collections.shuffle(known);
            Set<ServerUrl> asked = new LinkedHashSet<>(others);
            known.stream().limit(MOST_ASKED_FOR_NETWORK).forEach(asked::add);
            network = new Discovery(http).any(asked);
        }
        return network;
    }

    /**
     * Servers that may have the chunk though the manifest does not name them for it, the likeliest first: those of the
     * network, where there is one, else the others. None is there under two addresses.
     */
    CompletableFuture<List<ServerUrl>> serversFor(int order) {
        return network().thenApply(found -> {
            Set<ServerUrl> servers = new LinkedHashSet<>(found.map(known -> known.ranking(manifest.id(order))).orElse(others));
            manifest.urls(order).forEach(place -> ServerUrl.ofRetrieve(place).ifPresent(servers::remove));
            return List.copyOf(servers);
        });
    }

    /**
     * Asks those that the manifest names and, where they have not the chunk or nobody is left but some that are to be waited
     * for, some of the others; fails with what all of them said.
     */
    <T> CompletableFuture<T> find(Question<T> question, int order, Candidates named) {
        return new Inquiry<>(http, question, named).beforeWaiting(() -> serversFor(order).thenCompose(found ->
                        new Inquiry<>(http, question, candidates(someAndOthers(found))).withoutWaiting().start()))
                .start().exceptionallyCompose(failure -> ask(question, order, failure));
    }

    /** Asks some of them for what the named ones had not, as {@code before} says; fails with both. */
    private <T> CompletableFuture<T> ask(Question<T> question, int order, Throwable before) {
        return serversFor(order).thenApply(this::someAndOthers).thenCompose(found -> found.isEmpty()
                ? CompletableFuture.<T>failedFuture(cause(before))
                : new Inquiry<>(http, question, candidates(found)).start().exceptionallyCompose(failure ->
                        CompletableFuture.failedFuture(new CommandFailure(ExitCode.INCOMPLETE, cause(before).getMessage()
                                + "; nor is it elsewhere in the network: " + cause(failure).getMessage()))));
    }

    /** Asks some of the network's servers, whichever they are. */
    <T> CompletableFuture<T> askAny(Question<T> question) {
        return network().thenCompose(found -> {
            List<ServerUrl> all = new ArrayList<>();
            found.ifPresent(known -> all.addAll(known.servers()));
            Collections.shuffle(all);
            return new Inquiry<>(http, question, candidates(someAndOthers(all))).start();
        });
    }

    /** Others at last: one that the user named may be in the network under another address, which alone he reaches. */
    private Set<ServerUrl> someAndOthers(List<ServerUrl> found) {
        Set<ServerUrl> all = new LinkedHashSet<>();
        found.stream().limit(MOST_ASKED).forEach(all::add);
        all.addAll(others);
        return all;
    }

    private Candidates candidates(Set<ServerUrl> found) {
        List<Candidate> all = new ArrayList<>();
        found.forEach(url ->
                all.add(new Candidate(servers.computeIfAbsent(url, newServer), all.size(), url.retrieve())));
        return new Candidates(all, Candidate::number);
    }

    /** What failed, without what a future wraps around it. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
