package apidrive.failures;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** A node is gone for good, with its key and all of its chunks; later a fresh one stands at the same address. */
final class DiskLost implements Nemesis {
    @Override
    public String name() {
        return "node lost with its disk";
    }

    @Override
    public boolean destroysCopies() {
        return true;
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        ClusterNode node = Nemesis.any(cluster, random);
        node.kill();
        node.killPostgres();
        node.wipe();
        Thread.sleep(hold.plus(Cluster.HEAL_DELAY).toMillis());
        node.begin();
        cluster.awaitBack(node);
        return "node " + node.number() + ", then a fresh one in its place";
    }
}
