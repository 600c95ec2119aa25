package apidrive.failures;

import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A node that has no slot left, though the network counts on it as on the others; later it is given room again. */
final class NodeFull implements Nemesis {
    @Override
    public String name() {
        return "node without free slots";
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        ClusterNode node = Nemesis.any(cluster, random);
        node.stop();
        node.begin(Map.of("--slots", "1"));
        cluster.awaitBack(node);
        Thread.sleep(hold.toMillis());
        node.stop();
        node.begin();
        cluster.awaitBack(node);
        return "node " + node.number();
    }
}
