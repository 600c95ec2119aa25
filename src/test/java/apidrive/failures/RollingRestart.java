package apidrive.failures;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** One node after the other is stopped in good order and begins again, with the build that is to follow. */
final class RollingRestart implements Nemesis {
    private final Build next;
    private final String name;

    /** {@code name} says from what to what. */
    RollingRestart(Build next, String name) {
        this.next = next;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        for (ClusterNode node : cluster.nodes()) {
            node.stop();
            node.use(next);
            node.begin();
            cluster.awaitBack(node);
        }
        return "all " + cluster.nodes().size();
    }
}
