package apidrive.failures;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** A node of which every other gets no sound answer, though clients do. */
final class PeerMisbehaves implements Nemesis {
    private final String name;
    private final Ways.Way way;

    private PeerMisbehaves(String name, Ways.Way way) {
        this.name = name;
        this.way = way;
    }

    static Nemesis wrongly() {
        return new PeerMisbehaves("peer answers with wrong bytes", Ways.Way.GARBLED);
    }

    static Nemesis withoutEnd() {
        return new PeerMisbehaves("peer answers without end", Ways.Way.ENDLESS);
    }

    static Nemesis never() {
        return new PeerMisbehaves("peer never answers", Ways.Way.UNANSWERED);
    }

    static Nemesis slowly() {
        return new PeerMisbehaves("peer answers late", Ways.Way.SLOW);
    }

    static Nemesis byClosing() {
        return new PeerMisbehaves("peer closes connections", Ways.Way.CLOSED);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String strike(Cluster cluster, RandomGenerator random, Duration hold) throws Exception {
        int number = Nemesis.any(cluster, random).number();
        cluster.ways().make(way, (from, to) -> to == number);
        Thread.sleep(hold.toMillis());
        cluster.ways().mend();
        return "node " + number;
    }
}
