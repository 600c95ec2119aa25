package apidrive.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import apidrive.manifest.ChunkedFile;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestBuilder;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Stores a file's chunks, a bounded number of copies at once. */
final class Storing {
    private final Http http;
    private final Destination destination;
    private final List<Server> servers;
    private final Map<ServerUrl, Integer> numbers = new HashMap<>();
    private final Progress progress;

    private ChunkedFile file;
    private PutJournal journal;
    private ManifestBuilder manifest;
    private Bundles bundles;
    private Throwable failure;
    private int recalled;
    private int fewer;
    private int fewest = Integer.MAX_VALUE;

    Storing(Http http, Destination destination, Duration patience, Progress progress) {
        this.http = http;
        this.destination = destination;
        this.servers = destination.servers().stream()
                .map(url -> new Server(url.toString(), patience, progress::say)).toList();
        destination.servers().forEach(url -> numbers.put(url, numbers.size()));
        this.progress = progress;
    }

    /** Stores what the journal does not name; throws a {@link CommandFailure} when that cannot be. */
    Manifest run(ChunkedFile source, String name, PutJournal notes, int connections)
            throws IOException, InterruptedException {
        file = source;
        journal = notes;
        manifest = new ManifestBuilder(name);
        bundles = new Bundles(http, connections, servers.size(), destination.acknowledgements());
        for (int order = 0; order < file.count() && goesOn(); order++) {
            store(order);
        }
        bundles.awaitAll();
        if (failure instanceof IOException broken) {
            throw broken;
        }
        if (failure != null) {
            throw new CommandFailure(ExitCode.INCOMPLETE, failure.getMessage()
                    + ". What is stored is noted; the same command goes on from there");
        }
        return manifest.build();
    }

    /** Copies that an earlier run had stored. */
    int recalled() {
        return recalled;
    }

    /** Chunks with fewer copies under one id than asked for, since servers gave different ones. */
    synchronized int fewer() {
        return fewer;
    }

    /** On how many servers, as these said, the chunk was kept that is kept on the fewest; 0 for a file without chunks. */
    synchronized int fewest() {
        return fewest == Integer.MAX_VALUE ? 0 : fewest;
    }

    private void store(int order) throws IOException, InterruptedException {
        int size = file.size(order);
        byte[] contract = destination.contract(size);
        file.read(order, contract, StoreContract.OFFSET);
        Digest digest = Digest.of(contract, StoreContract.OFFSET, size);
        ChunkId own = ChunkId.of(digest);
        BitSet having = new BitSet();
        journal.recall(order, own, (server, given) -> having.set(server));
        ChunkPut put = new ChunkPut(http, own, contract, destination, destination.candidates(own, servers, having),
                (server, bytes) -> bundles.store(destination.servers().get(server), bytes),
                (keepers, given) -> note(order, keepers, own, given));
        journal.recall(order, own, put::with);
        recalled += having.cardinality();
        int needed = Math.max(0, destination.acknowledgements() - having.cardinality());
        bundles.begin(needed);
        put.start().whenComplete((placed, thrown) -> {
            try {
                if (thrown != null) {
                    fail(thrown);
                } else {
                    keep(order, placed, size, digest);
                }
            } finally {
                bundles.end(needed);
            }
        });
    }

    /** A server that came to the network while this runs stands in the manifest alone. */
    private void note(int order, List<ServerUrl> keepers, ChunkId own, ChunkId given) {
        try {
            for (ServerUrl keeper : keepers) {
                if (numbers.containsKey(keeper)) {
                    journal.append(order, numbers.get(keeper), own, given);
                }
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private synchronized void keep(int order, ChunkPut.Placed placed, int size, Digest digest) {
        List<URI> at = placed.servers().stream().map(ServerUrl::retrieve).toList();
        manifest.add(order, placed.id(), at, OptionalInt.of(size), Optional.of(digest));
        fewer += at.size() < destination.acknowledgements() ? 1 : 0;
        fewest = Math.min(fewest, at.size());
        progress.advance(size);
    }

    private synchronized boolean goesOn() {
        return failure == null;
    }

    private synchronized void fail(Throwable thrown) {
        failure = failure == null ? thrown : failure;
    }
}
