package apidrive.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
        private int live;
        private int missing;

        private Place(URI retrieve, Transfer transfer, Progress progress) {
            this.retrieve = retrieve;
            this.url = ServerUrl.ofRetrieve(retrieve);
            this.server = new Server(url.map(ServerUrl::toString).orElse(retrieve.toString()), transfer.patience(),
                    progress::say);
        }
    }

    /** A server, and how many of the copies that it should have are there. */
    record Count(String server, int live, int missing) {
    }

    private final Http http;
    private final Manifest manifest;
    private final boolean isDeep;
    private final Progress progress;
    private final List<Place> places = new ArrayList<>();
    private final byte[] live;  // copies of each chunk; a manifest names at most 64
    private Bundles bundles;

    /** {@code isDeep}: every copy is retrieved and its bytes checked. */
    Census(Http http, Manifest manifest, boolean isDeep, Transfer transfer, Progress progress) {
        this.http = http;
        this.manifest = manifest;
        this.isDeep = isDeep;
        this.progress = progress;
        this.live = new byte[manifest.count()];
        manifest.places().forEach(retrieve -> places.add(new Place(retrieve, transfer, progress)));
    }

    void run(int connections) throws InterruptedException {
        bundles = new Bundles(http, connections, places.size(), 1);
        for (int order = 0; order < manifest.count(); order++) {
            for (int number : manifest.placesOf(order)) {
                bundles.begin(1);
                int own = order;
                Place place = places.get(number);
                isLive(place, order).whenComplete((found, failure) -> {
                    count(place, own, failure == null && found);
                    bundles.end(1);
                });
            }
        }
        bundles.awaitAll();
    }

    int live(int order) {
        return live[order];
    }

    List<Count> counts() {
        return places.stream().map(place -> new Count(place.server.name(), place.live, place.missing)).toList();
    }

    /** A failed future says no as well. */
    private CompletableFuture<Boolean> isLive(Place place, int order) {
        synchronized (place) {
            if (isDeep || place.headFails || place.url.isEmpty()) {
                return retrieves(place, order);
            }
        }
        Question<Presence.Finding> question = new Presence(http, place.url.get(), manifest, order);
        return new Inquiry<>(http, question, only(place)).start().thenCompose(finding -> switch (finding) {
            case HERE -> CompletableFuture.completedFuture(found(place));
            case NOT_HERE -> knowsHead(place) ? CompletableFuture.completedFuture(false) : retrieves(place, order);
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

    private static boolean knowsHead(Place place) {
        synchronized (place) {
            return place.headWorks;
        }
    }

    private static Candidates only(Place place) {
        return new Candidates(List.of(new Candidate(place.server, 0, place.retrieve)), Server::underWay);
    }

    private synchronized void count(Place place, int order, boolean isLive) {
        if (isLive) {
            live[order]++;
            place.live++;
        } else {
            place.missing++;
        }
        progress.advance(1);
    }
}
