package apidrive.client;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.Manifest;
import apidrive.wire.Document;

/** Extends the leases of a file's chunks on all their servers; where a server cannot, a retrieval does it. */
final class Renewal {
    private static final int TOGETHER = 1_000;  // chunks in one exchange

    private final Http http;
    private final Manifest manifest;
    private final Progress progress;
    private final List<Server> servers = new ArrayList<>();
    private Bundles bundles;
    private final BitSet renewed = new BitSet();
    private int copies;
    private int missing;
    private int unreached;
    private String complaint = "";
    private Instant earliest;

    Renewal(Http http, Manifest manifest, Transfer transfer, Progress progress) {
        this.http = http;
        this.manifest = manifest;
        this.progress = progress;
        for (URI place : manifest.places()) {
            String name = ServerUrl.ofRetrieve(place).map(ServerUrl::toString).orElse(place.toString());
            servers.add(new Server(name, transfer.patience(), progress::say));
        }
    }

    void run(int connections) throws InterruptedException {
        bundles = new Bundles(http, connections, servers.size(), 1);
        Semaphore permits = new Semaphore(connections);
        for (int place = 0; place < servers.size(); place++) {
            int own = place;
            int[] orders = IntStream.range(0, manifest.count())
                    .filter(order -> IntStream.of(manifest.placesOf(order)).anyMatch(one -> one == own)).toArray();
            for (int from = 0; from < orders.length; from += TOGETHER) {
                int[] part = IntStream.of(orders).skip(from).limit(TOGETHER).toArray();
                if (!renewTogether(place, part, permits)) {
                    for (int order : part) {
                        retrieve(place, order, permits);
                    }
                }
            }
        }
        permits.acquire(connections);
    }

    /** Copies whose lease was extended. */
    synchronized int copies() {
        return copies;
    }

    /** Copies that their server does not have. */
    synchronized int missing() {
        return missing;
    }

    /** Copies whose server could not be asked; {@link #complaint} says why. */
    synchronized int unreached() {
        return unreached;
    }

    synchronized String complaint() {
        return complaint;
    }

    /** Chunks of which at least one copy was renewed. */
    synchronized int chunks() {
        return renewed.cardinality();
    }

    /** When the first of the renewed leases ends; empty where no server said. */
    synchronized Optional<Instant> earliest() {
        return Optional.ofNullable(earliest);
    }

    /** Returns false where the server has no such route; waits for the answer, since the next part depends on it. */
    private boolean renewTogether(int place, int[] orders, Semaphore permits) throws InterruptedException {
        Optional<ServerUrl> url = ServerUrl.ofRetrieve(manifest.places().get(place));
        if (url.isEmpty()) {
            return false;
        }
        permits.acquire();
        Question<Optional<List<Document>>> question =
                new RenewQuestion(http, url.get(), IntStream.of(orders).mapToObj(manifest::id).toList());
        CompletableFuture<Boolean> done = new Inquiry<>(http, question, only(place)).start().handle((results, failure) -> {
            permits.release();
            if (failure != null) {
                unreachable(orders.length, failure.getMessage());
                return true;
            }
            results.ifPresent(documents -> IntStream.range(0, orders.length)
                    .forEach(i -> took(orders[i], documents.get(i))));
            return results.isPresent();
        });
        return done.join();
    }

    private void retrieve(int place, int order, Semaphore permits) throws InterruptedException {
        permits.acquire();
        new Inquiry<>(http, new Retrieval(bundles, manifest, order), only(place)).start().whenComplete((data, failure) -> {
            if (failure != null && servers.get(place).isGivenUp()) {
                unreachable(1, failure.getMessage());
            } else {
                took(order, failure != null ? new Document() : new Document().with("ExpiresAt", ""));
            }
            permits.release();
        });
    }

    private Candidates only(int place) {
        return new Candidates(List.of(new Candidate(servers.get(place), place, manifest.places().get(place))),
                Server::underWay);
    }

    private synchronized void took(int order, Document result) {
        progress.advance(1);
        if (result.get("ExpiresAt").isEmpty()) {
            missing++;
            return;
        }
        copies++;
        renewed.set(order);
        if (result.get("ExpiresAt").get() instanceof Instant until && (earliest == null || until.isBefore(earliest))) {
            earliest = until;
        }
    }

    private synchronized void unreachable(int count, String why) {
        progress.advance(count);
        unreached += count;
        complaint = why;
    }
}
