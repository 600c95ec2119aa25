package apidrive.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import apidrive.wire.Document;

/** Finds out which network servers are part of. A server that does not tell, or not soon, is part of none. */
final class Discovery {
    private static final int MOST_FACTS = 64 * 1_024;
    private static final int MOST_PAGE = 16 << 20;
    private static final int MOST_SERVERS = 100_000;  // beyond them a store may go to one that hands it on
    private static final long PATIENCE_SECONDS = 15;

    private final Http http;

    Discovery(Http http) {
        this.http = http;
    }

    /** The one network that all of the servers are part of; empty where there is none. */
    Optional<Network> common(List<ServerUrl> servers) {
        List<CompletableFuture<Optional<Network>>> questions = servers.stream().map(this::networkOf).toList();
        List<Optional<Network>> answers = questions.stream().map(CompletableFuture::join).toList();
        Optional<Network> known = answers.stream().flatMap(Optional::stream).findFirst();
        for (int i = 0; i < servers.size() && known.isPresent(); i++) {
            ServerUrl server = servers.get(i);
            Network first = known.get();
            boolean isPart = answers.get(i).map(first::isSameAs).orElseGet(() -> first.lists(server));
            known = isPart ? known : Optional.empty();
        }
        return known;
    }

    /** The network of the server that tells of one first; empty when all have been asked in vain. */
    CompletableFuture<Optional<Network>> any(Collection<ServerUrl> servers) {
        CompletableFuture<Optional<Network>> first = new CompletableFuture<>();
        AtomicInteger left = new AtomicInteger(servers.size());
        if (servers.isEmpty()) {
            first.complete(Optional.empty());
        }
        for (ServerUrl server : new ArrayList<>(servers)) {
            networkOf(server).thenAccept(network -> {
                if (network.isPresent() || left.decrementAndGet() == 0) {
                    first.complete(network);
                }
            });
        }
        return first;
    }

    /** Never fails. */
    private CompletableFuture<Optional<Network>> networkOf(ServerUrl server) {
        return http.get(server.network(), MOST_FACTS).thenCompose(facts -> !facts.isSuccess()
                ? CompletableFuture.completedFuture(Optional.<Network>empty())
                : list(server, ServerPage.first(server, ""), new ArrayList<>())
                        .thenApply(list -> Network.of(facts.document(), list)))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(failure -> Optional.empty());
    }

    private CompletableFuture<List<Document>> list(ServerUrl server, URI from, List<Document> before) {
        return http.get(from, MOST_PAGE).thenCompose(answer -> {
            if (!answer.isSuccess()) {
                return CompletableFuture.completedFuture(List.<Document>of());
            }
            ServerPage page = ServerPage.of(answer);
            before.addAll(page.servers());
            return page.next().isEmpty() || before.size() >= MOST_SERVERS ? CompletableFuture.completedFuture(before)
                    : list(server, page.next(server).get(), before);
        });
    }
}
