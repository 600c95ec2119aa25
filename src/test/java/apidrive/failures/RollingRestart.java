package apidrive.failures;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** One node after the other is stopped in good order and begins again, with each of the builds that are to follow. */
final class RollingRestart implements Nemesis {
    private final List<Build> next;
    private final String name;

    private RollingRestart(String name, Build... next) {
        this.next = List.of(next);
        this.name = name;
    }

    /** With the build that runs. */
    static RollingRestart of(Build build) {
        return new RollingRestart("rolling restart", build);
    }

    /** From an earlier build to this one: for a while nodes of both are one network. */
    static RollingRestart to(Build build) {
        return new RollingRestart("rolling upgrade", build);
    }

    /** Each goes back to an earlier build for a while, as when an upgrade is undone, and forward again. */
    static RollingRestart backTo(Build previous, Build build) {
        return new RollingRestart("back to the build before", previous, build);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        for (ClusterNode node : cluster.nodes()) {
            for (Build build : next) {
                node.stop();
                node.use(build);
                node.begin();
                cluster.awaitBack(node);
            }
        }
        return "all " + cluster.nodes().size();
    }
}
