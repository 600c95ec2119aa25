package apidrive.failures;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** One way in which a network fails. */
interface Nemesis {
    /** What happens, in a few words. */
    String name();

    /**
     * Does its harm to nodes drawn at random, lets it last for {@code hold}, and undoes it as an operator would: when this
     * returns every node runs. Returns whom it befell.
     */
    String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception;

    /** Whether copies are lost for good, so that every chunk must have all of its own before. */
    default boolean destroysCopies() {
        return false;
    }

    /** One of the nodes. */
    static ClusterNode any(Cluster cluster, RandomGenerator random) {
        return cluster.nodes().get(random.nextInt(cluster.nodes().size()));
    }
}
