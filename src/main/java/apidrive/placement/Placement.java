package apidrive.placement;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** Where chunks belong while the servers are these. Immutable to its users; threads share it. */
public final class Placement {
    /** Bits of the parts where nothing else is said: 1,024 parts. */
    public static final int DEFAULT_BITS = 10;
    /** The most bits of the parts: about a million. */
    public static final int MAX_BITS = 20;
    /** How far a ranking goes: the most copies a chunk may have, and as many that may stand in for them. */
    public static final int MAX_RANKED = 16;

    /** Beyond so many draws the weights are not corrected: what it wins shrinks as servers multiply, what it costs grows. */
    private static final long MOST_CORRECTED = 1L << 20;
    /** How much of a deviation is corrected, as an exponent. A full correction moves more parts than it evens out. */
    private static final double CORRECTION = 0.7;
    private static final double MOST_CORRECTION = 2;
    /** The copies that shares are evened out for. */
    private static final int USUAL_COPIES = 3;
    private static final int DOUBLE_BITS = 53;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;  // 2^64 divided by the golden ratio

    /** A server that takes chunks; {@code weight} is its share against the others', above 0. */
    public record Server(NodeId id, String zone, double weight) {
    }

    private final int bits;
    private final Server[] servers;
    private final int[] zones;
    private final int zoneCount;
    private final double[] weights;
    private final AtomicReferenceArray<List<NodeId>> rankings;

    private Placement(int bits, Server[] servers) {
        this.bits = bits;
        this.servers = servers;
        this.zones = new int[servers.length];
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < servers.length; i++) {
            zones[i] = numbers.computeIfAbsent(servers[i].zone(), zone -> numbers.size());
        }
        this.zoneCount = numbers.size();
        this.rankings = new AtomicReferenceArray<>(1 << bits);
        this.weights = Arrays.stream(servers).mapToDouble(Server::weight).toArray();
        if ((long) servers.length << bits <= MOST_CORRECTED) {
            correct();
        }
    }

    /** The placement on these servers, whatever their order, in {@code 2^bits} parts; {@code bits} from 0 to {@link #MAX_BITS}. */
    public static Placement of(int bits, Collection<Server> servers) {
        return new Placement(bits, servers.stream().filter(server -> server.weight() > 0)
                .sorted(Comparator.comparing(Server::id)).toArray(Server[]::new));
    }

    /** Bits of the parts. */
    public int bits() {
        return bits;
    }

    /** The part of all ids that this one is in. */
    public IdPrefix part(ChunkId id) {
        return IdPrefix.of(id, bits);
    }

    /**
     * The servers in the order in which they are to keep chunks of this part, at most {@link #MAX_RANKED}: of {@code n} copies
     * the first {@code n} are the holders, and the next stand in for those that are away.
     */
    public List<NodeId> ranking(IdPrefix part) {
        int number = (int) part.value();
        List<NodeId> ranking = rankings.get(number);
        if (ranking == null) {
            ranking = Arrays.stream(rank(number, MAX_RANKED)).mapToObj(i -> servers[i].id()).toList();
            rankings.set(number, ranking);
        }
        return ranking;
    }

    /** The holders of {@code copies} copies of the chunk, the first first; fewer where there are fewer servers. */
    public List<NodeId> holders(ChunkId id, int copies) {
        List<NodeId> ranking = ranking(part(id));
        return ranking.subList(0, Math.min(copies, ranking.size()));
    }

    /** The place of {@code node} in the ranking, from 0; −1 where it has none. */
    public int rank(IdPrefix part, NodeId node) {
        return ranking(part).indexOf(node);
    }

    /** Whether the server takes chunks at all. */
    public boolean contains(NodeId node) {
        return Arrays.stream(servers).anyMatch(server -> server.id().equals(node));
    }

    /** How many servers there are. */
    public int size() {
        return servers.length;
    }

    /**
     * Distinct zones first: the best draw of each zone in turn, until every zone has one, and again. Every prefix of the order
     * is thus spread over as many zones as there are.
     */
    private int[] rank(int part, int most) {
        double[] draws = new double[servers.length];
        for (int i = 0; i < draws.length; i++) {
            draws[i] = draw(servers[i].id(), part) / weights[i];
        }
        int length = Math.min(most, draws.length);
        int[] ranked = new int[length];
        boolean[] taken = new boolean[draws.length];
        boolean[] seen = new boolean[zoneCount];
        int zonesSeen = 0;
        for (int n = 0; n < length; n++) {
            if (zonesSeen == zoneCount || !isAnyLeft(taken, seen)) {
                Arrays.fill(seen, false);
                zonesSeen = 0;
            }
            int best = -1;
            for (int i = 0; i < draws.length; i++) {
                if (!taken[i] && !seen[zones[i]] && (best < 0 || draws[i] < draws[best])) {
                    best = i;
                }
            }
            ranked[n] = best;
            taken[best] = true;
            seen[zones[best]] = true;
            zonesSeen++;
        }
        return ranked;
    }

    private boolean isAnyLeft(boolean[] taken, boolean[] seen) {
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i] && !seen[zones[i]]) {
                return true;
            }
        }
        return false;
    }

    /**
     * A draw is one of chance: with few parts a server's share differs from its weight by some percent. What it got too
     * much of in a first draw its weight loses in the second.
     */
    private void correct() {
        int parts = 1 << bits;
        int copies = Math.min(USUAL_COPIES, servers.length);
        long[] got = new long[servers.length];
        for (int part = 0; part < parts; part++) {
            for (int i : rank(part, copies)) {
                got[i]++;
            }
        }
        double total = 0;  // in this order on every Java: streams sum otherwise from version to version
        for (Server server : servers) {
            total += server.weight();
        }
        for (int i = 0; i < weights.length; i++) {
            double fair = (double) parts * copies * servers[i].weight() / total;
            double factor = Math.max(1 / MOST_CORRECTION, Math.min(MOST_CORRECTION, fair / Math.max(1, got[i])));
            weights[i] *= StrictMath.pow(factor, CORRECTION);
        }
    }

    /** An exponentially distributed number that follows from server and part: the same on every machine, hence StrictMath. */
    private static double draw(NodeId server, int part) {
        long hash = mix(mix(server.uuid().getMostSignificantBits() + GOLDEN * (part + 1L)) ^ server.uuid().getLeastSignificantBits());
        double uniform = ((hash >>> Long.SIZE - DOUBLE_BITS) + 0.5) * 0x1p-53;  // above 0, below 1
        return -StrictMath.log(uniform);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long bits) {
        long z = bits;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
