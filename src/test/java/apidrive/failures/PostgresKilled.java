package apidrive.failures;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** SIGKILL of every process of a node's PostgreSQL; the node stays, may start another meanwhile, and is started anew at the end. */
final class PostgresKilled implements Nemesis {
    @Override
    public String name() {
        return "kill -9 of a PostgreSQL";
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        ClusterNode node = Nemesis.any(cluster, random);
        node.killPostgres();
        Thread.sleep(hold.toMillis());
        if (node.isReady() && !node.runsPostgres()) {
            throw new IllegalStateException("node " + node.number() + " says that it is ready, without a database");
        }
        node.stop();
        node.begin();
        cluster.awaitBack(node);
        return "that of node " + node.number();
    }
}
