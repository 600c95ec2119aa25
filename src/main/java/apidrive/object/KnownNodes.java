package apidrive.object;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.manifest.TreeWalk;
import apidrive.wire.Digest;

/**
 * The nodes of objects that were read moments ago, checked when they came in: whoever reads a short part of an object would else fetch
 * and check as much of its tree. Threads share it.
 */
final class KnownNodes implements TreeWalk.Nodes {
    private static final int MOST = 64;  // of 64 KiB each, which have 8 GiB of objects below them
    /** Then a node is retrieved again, which renews its lease as that of any chunk. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final ChunkSource chunks;
    private final Cache<Digest, TreeNode> nodes;

    KnownNodes(ChunkSource chunks) {
        this(chunks, Ticker.systemTicker());
    }

    KnownNodes(ChunkSource chunks, Ticker ticker) {
        this.chunks = chunks;
        this.nodes = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KEPT).ticker(ticker).executor(Runnable::run).build();
    }

    /** As the network keeps it now; throws what a retrieval throws. */
    @Override
    public byte[] chunk(Digest digest) {
        return ObjectReader.node(chunks, digest);
    }

    @Override
    public TreeNode node(TreeShape shape, Digest digest) {
        TreeNode known = nodes.getIfPresent(digest);
        if (known == null) {
            known = TreeWalk.Nodes.super.node(shape, digest);
            nodes.put(digest, known);
        }
        return known;
    }
}
