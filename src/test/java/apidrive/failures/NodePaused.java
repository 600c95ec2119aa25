package apidrive.failures;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** SIGSTOP for longer than it takes to be called dead, then SIGCONT: it wakes among nodes that have gone on without it. */
final class NodePaused implements Nemesis {
    @Override
    public String name() {
        return "SIGSTOP of a node";
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        ClusterNode node = Nemesis.any(cluster, random);
        Duration stopped = hold.compareTo(Cluster.DEATH) > 0 ? hold : Cluster.DEATH;
        node.pause();
        Thread.sleep(stopped.toMillis());
        node.resume();
        return "node " + node.number() + " for " + stopped.toSeconds() + " s";
    }
}
