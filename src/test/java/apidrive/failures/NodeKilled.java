package apidrive.failures;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** SIGKILL of a node; its PostgreSQL runs on, and the next start of the node finds it. */
final class NodeKilled implements Nemesis {
    @Override
    public String name() {
        return "kill -9 of a node";
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        ClusterNode node = Nemesis.any(cluster, random);
        node.kill();
        Thread.sleep(hold.toMillis());
        node.begin();
        cluster.awaitBack(node);
        return "node " + node.number();
    }
}
