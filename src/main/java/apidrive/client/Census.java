package apidrive.client;

import java.net.URI;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.Manifest;

/** Counts the live copies of every chunk. Threads share it. */
final class Census {
    /** One server's part. */
    private static final class Place {
        private final Server server;
        private final URI retrieve;
        private final Optional<ServerUrl> url;
        private boolean headWorks;
        private boolean headFails;
        private final BitSet live = new BitSet();  // orders
        private int missing;

        private Place(URI retrieve, Transfer transfer, Progress progress) {
            this.retrieve = retrieve;
            this.url = ServerUrl.ofRetrieve(retrieve);
            this.server = new Server(url.map(ServerUrl::toString).orElse(retrieve.toString()), transfer.patience(),
                    progress::say);
        }
    }

    /** A server, how many copies are there, and how many of those that the manifest names are not. */
    record Count(String server, int live, int missing) {
    }

    private final Http http;
    private final Manifest manifest;
    private final boolean isDeep;
    private final Transfer transfer;
    private final Progress progress;
    private final Elsewhere elsewhere;
    private final Map<URI, Place> places = new LinkedHashMap<>();
    private final byte[] live;  // copies of each chunk; a manifest names at most 64
    private Bundles bundles;

    /** {@code isDeep}: every copy is retrieved and its bytes checked. {@code others} are asked as well for what is missing. */
    Census(Http http, Manifest manifest, boolean isDeep, List<ServerUrl> others, Transfer transfer, Progress progress) {
        this.http = http;
        this.manifest = manifest;
        this.isDeep = isDeep;
        this.transfer = transfer;
        this.progress = progress;
        this.elsewhere = new Elsewhere(http, manifest, others,
                url -> new Server(url.toString(), transfer.patience(), progress::say));
        this.live = new byte[manifest.count()];
        manifest.places().forEach(this::place);
    }

    /** Counts those that the manifest names and, where these are fewer than {@code wanted}, as many more in their network as it takes. */
    void run(int wanted, int connections) throws InterruptedException {
        bundles = new Bundles(http, connections, places.size(), 1);
        for (int order = 0; order < manifest.count(); order++) {
            for (URI retrieve : manifest.urls(order)) {
                begin(place(retrieve), order, true);
            }
        }
        bundles.awaitAll();
        for (int asked = 0; askMore(asked, wanted, connections); asked += wanted) {
            bundles.awaitAll();
        }
    }

    /** Asks as many more as may be enough, after that many of each chunk; whether there was anybody to ask. */
    private boolean askMore(int asked, int wanted, int connections) throws InterruptedException {
        int[] lacking = IntStream.range(0, manifest.count()).filter(order -> live[order] < wanted).toArray();
        boolean isAnyAsked = false;
        bundles = new Bundles(http, connections, places.size(), 1);
        for (int order : lacking) {
            List<ServerUrl> others = elsewhere.serversFor(order).join();
            for (ServerUrl other : others.subList(Math.min(asked, others.size()), Math.min(asked + wanted, others.size()))) {
                begin(place(other.retrieve()), order, false);
                isAnyAsked = true;
            }
        }
        return isAnyAsked;
    }

    int live(int order) {
        return live[order];
    }

    /** Servers that have the chunk. */
    synchronized List<ServerUrl> keepersOf(int order) {
        return places.values().stream().filter(place -> place.live.get(order)).flatMap(place -> place.url.stream()).toList();
    }

    Elsewhere elsewhere() {
        return elsewhere;
    }

    List<Count> counts() {
        return places.values().stream().filter(place -> place.live.cardinality() + place.missing > 0).map(place -> new Count(place.server.name(), place.live.cardinality(), place.missing)).toList();
    }

    private Place place(URI retrieve) {
        return places.computeIfAbsent(retrieve, unknown -> new Place(unknown, transfer, progress));
    }

    private void begin(Place place, int order, boolean isNamed) throws InterruptedException {
        bundles.begin(1);
        isLive(place, order).whenComplete((found, failure) -> {
            count(place, order, failure == null && found, isNamed);
            bundles.end(1);
        });
    }

    /** A failed future says no as well. */
    private CompletableFuture<Boolean> isLive(Place place, int order) {
        synchronized (place) {
            if (place.headFails || place.url.isEmpty()) {
                return retrieves(place, order);
            }
        }
        Question<Presence.Finding> question = new Presence(http, place.url.get(), manifest, order);
        CompletableFuture<Presence.Finding> asked = new Inquiry<>(http, question, only(place)).start();
        return (isDeep ? asked.exceptionally(failure -> Presence.Finding.NOT_TOLD) : asked).thenCompose(finding -> switch (finding) {
            case HERE -> found(place) && isDeep ? retrieves(place, order) : CompletableFuture.completedFuture(true);
            case NOT_HERE -> knowsHead(place).thenCompose(knows -> knows ? CompletableFuture.completedFuture(false)
                    : retrieves(place, order));
            case NOT_TOLD -> retrieves(place, order);
        });
    }

    private CompletableFuture<Boolean> retrieves(Place place, int order) {
        return new Inquiry<>(http, new Retrieval(bundles, manifest, order), only(place)).start().thenApply(data -> {
            synchronized (place) {
                place.headFails |= !place.headWorks;  // it has what HEAD denied, or HEAD was not asked
            }
            return true;
        });
    }

    private static boolean found(Place place) {
        synchronized (place) {
            place.headWorks = true;
        }
        return true;
    }

    /** One that never found anything may not have the route; of a network all have it. */
    private CompletableFuture<Boolean> knowsHead(Place place) {
        synchronized (place) {
            if (place.headWorks) {
                return CompletableFuture.completedFuture(true);
            }
        }
        return elsewhere.network().thenApply(network -> network.filter(known -> known.lists(place.url.get())).isPresent()
                && found(place));
    }

    private static Candidates only(Place place) {
        return Candidates.leastBusyOf(List.of(new Candidate(place.server, 0, place.retrieve)));
    }

    private synchronized void count(Place place, int order, boolean isLive, boolean isNamed) {
        if (isLive) {
            live[order]++;
            place.live.set(order);
        } else if (isNamed) {
            place.missing++;
        }
        progress.advance(isNamed ? 1 : 0);
    }
}
