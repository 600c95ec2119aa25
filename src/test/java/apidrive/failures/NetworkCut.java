package apidrive.failures;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Two halves that cannot reach each other, while clients reach both, for long enough to call each other dead; then joined. */
final class NetworkCut implements Nemesis {
    @Override
    public String name() {
        return "network cut in two";
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        List<Integer> order = new ArrayList<>(cluster.nodes().stream().map(ClusterNode::number).toList());
        Collections.shuffle(order, new Random(random.nextLong()));
        Set<Integer> half = new TreeSet<>(order.subList(0, order.size() / 2));
        cluster.ways().make(Ways.Way.CUT, (from, to) -> half.contains(from) != half.contains(to));
        Thread.sleep(hold.compareTo(Cluster.DEATH) > 0 ? hold.toMillis() : Cluster.DEATH.toMillis());
        cluster.ways().mend();
        return half + " from the others";
    }
}
