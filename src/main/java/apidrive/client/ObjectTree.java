package apidrive.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestBuilder;
import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.manifest.TreeWalk;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Disposition;

/** Reads the tree of an object, each node checked against what names it, so that the object's chunks can be fetched like a file's. */
final class ObjectTree {
    /** Carries an interruption through the walk, which knows of none. */
    private static final class Interrupted extends RuntimeException {
        private final transient InterruptedException cause;

        private Interrupted(InterruptedException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private final Http http;
    private final List<ServerUrl> servers;
    private final Duration patience;

    /** Asks the servers in turn, at least one. */
    ObjectTree(Http http, List<ServerUrl> servers, Duration patience) {
        this.http = http;
        this.servers = servers;
        this.patience = patience;
    }

    /** The object's leaves, to be had at the servers; its name is what one of them calls it, else its root's. */
    Manifest manifest(ChunkId id) throws InterruptedException {
        byte[] chunk = chunk(id);
        if (!ChunkId.of(Digest.of(chunk)).equals(id)) {
            throw new CommandFailure(ExitCode.FAILED, "the servers gave other bytes than those of " + id);
        }
        TreeNode root = TreeNode.decodeRoot(TreeShape.STANDARD, chunk);
        ManifestBuilder manifest = new ManifestBuilder(name(id));
        List<URI> urls = servers.stream().map(ServerUrl::retrieve).toList();
        TreeWalk leaves = new TreeWalk(TreeShape.STANDARD, root, 0, root.bytes(), this::node);
        try {
            for (long order = 0; leaves.hasNext(); order++) {
                TreeWalk.Leaf leaf = leaves.next();
                manifest.add(order, ChunkId.of(leaf.digest()), urls, OptionalInt.of(leaf.size()), Optional.of(leaf.digest()));
            }
        } catch (Interrupted e) {
            throw e.cause;
        }
        return manifest.build();
    }

    private byte[] node(Digest digest) {
        try {
            return chunk(ChunkId.of(digest));
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
    }

    private byte[] chunk(ChunkId id) throws InterruptedException {
        String complaint = "";
        for (ServerUrl server : servers) {
            try {
                Answer answer = new Perseverance(patience).answer(server, () -> http.get(server.chunk(id), Chunk.MAX_BYTES));
                if (answer.isSuccess()) {
                    return answer.body();
                }
                complaint = server + ": " + answer.words();
            } catch (CommandFailure e) {
                complaint = e.getMessage();
            }
        }
        throw new CommandFailure(ExitCode.FAILED, "chunk " + id + " of the object is nowhere to be had: " + complaint);
    }

    private String name(ChunkId id) throws InterruptedException {
        for (ServerUrl server : servers) {
            try {
                Optional<String> name = http.head(server.object(id)).get().headers().firstValue("Content-Disposition")
                        .flatMap(Disposition::fileName);
                if (name.isPresent()) {
                    return name.get();
                }
            } catch (ExecutionException | ProblemException e) {
                continue;  // it is called by its root then
            }
        }
        return id.toString();
    }
}
