package apidrive.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import apidrive.wire.ChunkId;

/** Stores and retrievals that arrive at a modest rate while something else is measured. */
final class Background {
    static final double STORES = 100;  // a second, as below: a few hundredths of what a node can do
    static final double RETRIEVALS = 300;
    private static final int CLIENTS = 8;

    /** The 99th percentiles in milliseconds; 0 where there were none. */
    record Latencies(double store, double retrieve) {
    }

    interface Work {
        void run() throws Exception;
    }

    private final boolean storing;
    private final Contender stores;
    private final Contender retrievals;

    /** {@code storing} says whether it stores as well. */
    Background(NodeHost node, List<ChunkId> ids, boolean storing) {
        this.storing = storing;
        this.stores = new NodeStore(NodeStore.Way.RAW, node, CLIENTS);
        this.retrievals = new NodeRetrieve(NodeRetrieve.Way.RAW, "cold", node, CLIENTS, new Lazy<>(() -> ids));
    }

    /** Goes on for as long as {@code work} does. */
    Latencies during(Work work) throws Exception {
        Arrivals toStore = new Arrivals(STORES, storing ? Arrivals.UNTIL_STOPPED : 0);
        Arrivals toRetrieve = new Arrivals(RETRIEVALS, Arrivals.UNTIL_STOPPED);
        CompletableFuture<OpenLoop> stored = start(stores, toStore);
        CompletableFuture<OpenLoop> retrieved = start(retrievals, toRetrieve);
        try {
            work.run();
        } finally {
            toStore.stop();
            toRetrieve.stop();
        }
        return new Latencies(stored.join().millis(99), retrieved.join().millis(99));
    }

    private static CompletableFuture<OpenLoop> start(Contender contender, Arrivals arrivals) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return OpenLoop.run(contender, arrivals);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }, task -> new Thread(task, "background").start());
    }
}
