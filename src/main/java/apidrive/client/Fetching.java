package apidrive.client;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.Assembly;
import apidrive.manifest.Manifest;

/** Fetches what an assembly lacks, a bounded number of chunks at once. */
final class Fetching {
    private static final int MOST_LOST = 100;  // chunks: then the rest is not worth the wait; verify tells of all

    private final Http http;
    private final Manifest manifest;
    private final Assembly assembly;
    private final Progress progress;
    private final Elsewhere elsewhere;
    private final List<Server> servers = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private IOException broken;

    /** Asks {@code others} as well for what the servers of the manifest do not have. */
    Fetching(Http http, Manifest manifest, Assembly assembly, List<ServerUrl> others, Transfer transfer, Progress progress) {
        this.http = http;
        this.manifest = manifest;
        this.assembly = assembly;
        this.progress = progress;
        this.elsewhere = new Elsewhere(http, manifest, others,
                url -> new Server(url.toString(), transfer.patience(), progress::say));
        for (URI place : manifest.places()) {
            Optional<ServerUrl> url = ServerUrl.ofRetrieve(place);
            Server server = new Server(url.map(ServerUrl::toString).orElse(place.toString()), transfer.patience(), progress::say);
            url.ifPresent(known -> elsewhere.knows(known, server));
            servers.add(server);
        }
    }

    /** Returns how many were fetched; throws a {@link CommandFailure} when some could not be. */
    int run(int connections) throws IOException, InterruptedException {
        Bundles bundles = new Bundles(http, connections, servers.size(), 1);
        int begun = 0;
        for (int order = 0; order < manifest.count() && goesOn(); order++) {
            if (assembly.has(order)) {
                continue;
            }
            bundles.begin(1);
            begun++;
            int own = order;
            Question<byte[]> question = new Retrieval(bundles, manifest, order);
            elsewhere.find(question, order, candidates(order)).whenComplete((data, failure) -> {
                try {
                    took(own, data, failure);
                } finally {
                    bundles.end(1);
                }
            });
        }
        bundles.awaitAll();
        return result(begun);
    }

    private synchronized boolean goesOn() {
        return broken == null && lost.size() < MOST_LOST;
    }

    private Candidates candidates(int order) {
        List<Candidate> all = new ArrayList<>();
        for (int place : manifest.placesOf(order)) {
            all.add(new Candidate(servers.get(place), place, manifest.places().get(place)));
        }
        return Candidates.leastBusyOf(all);
    }

    private void took(int order, byte[] data, Throwable failure) {
        if (failure != null) {
            lose(Elsewhere.cause(failure).getMessage());
            return;
        }
        try {
            assembly.write(order, data);
            progress.advance(data.length);
        } catch (IOException e) {
            synchronized (this) {
                broken = e;
            }
        }
    }

    private synchronized void lose(String why) {
        lost.add(why);
    }

    private synchronized int result(int begun) throws IOException {
        if (broken != null) {
            throw broken;
        }
        if (lost.isEmpty()) {
            return begun;
        }
        throw new CommandFailure(ExitCode.INCOMPLETE, (lost.size() < MOST_LOST ? "" : "at least ") + lost.size() + " of "
                + manifest.count() + " chunks could not be fetched; what has come is kept, the same command goes on from "
                + "there. First: " + lost.get(0));
    }
}
