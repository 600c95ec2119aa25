package apidrive.peer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Stream;

import apidrive.wire.NodeId;

/**
 * Some servers of one zone and some links outside it, from which a client can go on to others: so it finds its way through a
 * network whose whole list is too large for it. Chosen at random by a seed, so the same for the same seed.
 */
public final class Neighbourhood {
    private record Candidate(NodeId id, String zone, long rank) {
    }

    private static final Comparator<Candidate> BY_RANK = Comparator.comparingLong(Candidate::rank);

    private final String zone;
    private final long seed;
    private final int mostInside;
    private final int mostLinks;
    private final PriorityQueue<Candidate> inside = new PriorityQueue<>(BY_RANK.reversed());
    private final PriorityQueue<Candidate> outside = new PriorityQueue<>(BY_RANK.reversed());
    private final Map<String, Candidate> bestOfZone = new HashMap<>();

    /** Takes at most {@code mostInside} of {@code zone} and {@code mostLinks} outside. */
    public Neighbourhood(String zone, long seed, int mostInside, int mostLinks) {
        this.zone = zone;
        this.seed = seed;
        this.mostInside = mostInside;
        this.mostLinks = mostLinks;
    }

    /** Looks at one server. */
    public void offer(NodeId id, String itsZone) {
        Candidate candidate = new Candidate(id, itsZone, mixed(mixed(id.high() ^ seed) ^ id.low()));
        if (itsZone.equals(zone)) {
            keep(inside, candidate, mostInside);
        } else {
            keep(outside, candidate, mostLinks);
            bestOfZone.merge(itsZone, candidate, (one, other) -> one.rank() <= other.rank() ? one : other);
        }
    }

    /** Those of the zone, then the links: of as many other zones as there is room for, one of each before a second. */
    public List<NodeId> chosen() {
        List<Candidate> links = new ArrayList<>(bestOfZone.values().stream().sorted(BY_RANK).limit(mostLinks).toList());
        outside.stream().sorted(BY_RANK).filter(candidate -> !links.contains(candidate))
                .limit(Math.max(0, mostLinks - links.size())).forEach(links::add);
        return Stream.concat(inside.stream().sorted(BY_RANK), links.stream()).map(Candidate::id).toList();
    }

    /** The queue's head is its highest rank, the first to go. */
    private static void keep(PriorityQueue<Candidate> lowest, Candidate candidate, int most) {
        lowest.add(candidate);
        if (lowest.size() > most) {
            lowest.remove();
        }
    }

    /** Spreads bits evenly (the finaliser of SplitMix64: Steele, Lea and Flood 2014). */
    private static long mixed(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
