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
    private final BitSet unreachable = new BitSet();
    private final Elsewhere elsewhere;
    private final Transfer transfer;
    private int elsewhereRenewed;
    private int copies;
    private int missing;
    private int unreached;
    private String complaint = "";
    private Instant earliest;

    /** Asks {@code others} as well for chunks that the servers of the manifest do not renew. */
    Renewal(Http http, Manifest manifest, List<ServerUrl> others, Transfer transfer, Progress progress) {
        this.http = http;
        this.manifest = manifest;
        this.transfer = transfer;
        this.progress = progress;
        this.elsewhere = new Elsewhere(http, manifest, others, this::server);
        for (URI place : manifest.places()) {
            Optional<ServerUrl> url = ServerUrl.ofRetrieve(place);
            Server server = url.map(this::server).orElseGet(() -> new Server(place.toString(), transfer.patience(), progress::say));
            url.ifPresent(known -> elsewhere.knows(known, server));
            servers.add(server);
        }
    }

    /** First as the manifest says; what lacks a copy then, by any server of the network, which renews all copies there are. */
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
        int[] lacking = IntStream.range(0, manifest.count())
                .filter(order -> !renewed.get(order) || unreachable.get(order)).toArray();
        for (int from = 0; from < lacking.length; from += TOGETHER) {
            renewElsewhere(IntStream.of(lacking).skip(from).limit(TOGETHER).toArray());
        }
    }

    /** Chunks that a server renewed which the manifest does not name, or that those named could not be asked for. */
    synchronized int elsewhere() {
        return elsewhereRenewed;
    }

    /** Whether a chunk has copies of which nobody could be asked. */
    synchronized boolean isIncomplete() {
        return !unreachable.isEmpty();
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
                renewalOf(orders);
        CompletableFuture<Boolean> done = new Inquiry<>(http, question, only(place)).start().handle((results, failure) -> {
            permits.release();
            if (failure != null) {
                unreachable(failure.getMessage(), orders);
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
                unreachable(failure.getMessage(), order);
            } else {
                took(order, failure != null ? new Document() : new Document().with("ExpiresAt", ""));
            }
            permits.release();
        });
    }

    private Candidates only(int place) {
        return Candidates.leastBusyOf(List.of(new Candidate(servers.get(place), place, manifest.places().get(place))));
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

    private synchronized void unreachable(String why, int... orders) {
        progress.advance(orders.length);
        IntStream.of(orders).forEach(unreachable::set);
        unreached += orders.length;
        complaint = why;
    }

    /** What fails here leaves the chunks as they are. */
    private void renewElsewhere(int[] orders) {
        List<Document> results = elsewhere.askAny(renewalOf(orders)).exceptionally(failure -> Optional.empty()).join()
                .orElse(List.of());
        for (int i = 0; i < results.size(); i++) {
            tookElsewhere(orders[i], results.get(i));
        }
    }

    private synchronized void tookElsewhere(int order, Document result) {
        result.get("ExpiresAt", Instant.class).ifPresent(until -> {
            elsewhereRenewed++;
            copies += renewed.get(order) ? 0 : 1;
            renewed.set(order);
            unreachable.clear(order);
            earliest = earliest == null || until.isBefore(earliest) ? until : earliest;
        });
    }

    private RenewQuestion renewalOf(int[] orders) {
        return new RenewQuestion(http, IntStream.of(orders).mapToObj(manifest::id).toList());
    }

    private Server server(ServerUrl url) {
        return new Server(url.toString(), transfer.patience(), progress::say);
    }
}
