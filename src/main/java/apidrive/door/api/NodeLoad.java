package apidrive.door.api;

import apidrive.chunk.ChunkService;

/** How full this node is. */
public final class NodeLoad {
    private static final int FULL = 200;  // requests under way at which a node counts as full: a container's usual threads

    private final ChunkService chunks;
    private final Traffic traffic;

    public NodeLoad(ChunkService chunks, Traffic traffic) {
        this.chunks = chunks;
        this.traffic = traffic;
    }

    /** From 0, idle, to 1, full: the fullest of the threads and the two queues. */
    public double score() {
        return Math.max(chunks.pressure(), Math.min(1, Math.max(0, traffic.underWay() - 1) / (double) FULL));
    }
}
