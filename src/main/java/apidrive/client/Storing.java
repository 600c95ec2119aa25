package apidrive.client;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.ChunkedFile;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestBuilder;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Stores a file's chunks, a bounded number of copies at once. */
final class Storing {
    private final Http http;
    private final List<ServerUrl> urls;
    private final List<Server> servers;
    private final int copies;
    private final Progress progress;

    private ChunkedFile file;
    private PutJournal journal;
    private ManifestBuilder manifest;
    private Bundles bundles;
    private Throwable failure;
    private int recalled;
    private int fewer;

    /** Each chunk goes to {@code copies} of the servers, at most to all. */
    Storing(Http http, List<ServerUrl> urls, List<Server> servers, int copies, Progress progress) {
        this.http = http;
        this.urls = urls;
        this.servers = servers;
        this.copies = copies;
        this.progress = progress;
    }

    /** Stores what the journal does not name; throws a {@link CommandFailure} when that cannot be. */
    Manifest run(ChunkedFile source, String name, PutJournal notes, int connections)
            throws IOException, InterruptedException {
        file = source;
        journal = notes;
        manifest = new ManifestBuilder(name);
        bundles = new Bundles(http, connections, servers.size(), copies);
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

    /** How many copies each chunk gets. */
    int copies() {
        return copies;
    }

    /** Copies that an earlier run had stored. */
    int recalled() {
        return recalled;
    }

    /** Chunks with fewer copies under one id than asked for, since servers gave different ones. */
    synchronized int fewer() {
        return fewer;
    }

    private void store(int order) throws IOException, InterruptedException {
        int size = file.size(order);
        byte[] contract = StoreContract.of(size);
        file.read(order, contract, StoreContract.OFFSET);
        Digest digest = Digest.of(contract, StoreContract.OFFSET, size);
        ChunkId own = ChunkId.of(digest);
        boolean[] known = new boolean[servers.size()];
        List<Candidate> candidates = new ArrayList<>();
        int[] count = new int[1];
        journal.recall(order, own, (server, given) -> {
            known[server] = true;
            count[0]++;
        });
        for (int server = 0; server < known.length; server++) {
            if (!known[server]) {
                candidates.add(new Candidate(servers.get(server), server, urls.get(server).store()));
            }
        }
        ChunkPut put = new ChunkPut(http, own, contract, copies, new Candidates(candidates, Server::chosen),
                (server, bytes) -> bundles.store(urls.get(server), bytes), (server, given) -> note(order, server, own, given));
        journal.recall(order, own, put::with);
        recalled += count[0];
        int needed = Math.max(0, copies - count[0]);
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

    private void note(int order, int server, ChunkId own, ChunkId given) {
        try {
            journal.append(order, server, own, given);
        } catch (IOException e) {
            fail(e);
        }
    }

    private synchronized void keep(int order, ChunkPut.Placed placed, int size, Digest digest) {
        List<URI> at = placed.servers().stream().map(server -> urls.get(server).retrieve()).toList();
        manifest.add(order, placed.id(), at, OptionalInt.of(size), Optional.of(digest));
        fewer += at.size() < copies ? 1 : 0;
        progress.advance(size);
    }

    private synchronized boolean goesOn() {
        return failure == null;
    }

    private synchronized void fail(Throwable thrown) {
        failure = failure == null ? thrown : failure;
    }
}
