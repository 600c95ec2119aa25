package apidrive.repair;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

import apidrive.placement.Placement;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * {@code LossModel [nodes] [zones]} prints the share of chunks and of files that a year is expected to cost, as a Markdown
 * table: simulated with the real placement of three copies, and by formula. Nodes are lost with their disks, independently, at a
 * constant rate; a lost one is replaced, and its copies are made again, after a repair time that is always the same. What is
 * lost is every part of which all holders are lost at once.
 *
 * <p>By formula: with a rate r, a repair time t and c copies, a node is lost for the share q = rt / (1 + rt) of its time. A part is
 * lost when one of its c holders is while the others are: c·r·q^(c−1)·(1 − q) times a year. A file of k chunks lies in as many
 * parts, drawn at random, and shares its fate with all parts of the same holders.
 */
final class LossModel {
    private static final double DAYS_A_YEAR = 365.25;
    private static final int COPIES = 3;
    private static final int[] FILE_CHUNKS = {16, 16_384};  // 1 MiB and 1 GiB
    private static final double[] RATES = {0.05, 0.5, 5, 50};  // losses of one node a year
    private static final List<Duration> REPAIRS = List.of(Duration.ofMinutes(30), Duration.ofHours(6), Duration.ofDays(2));
    private static final int LOSSES = 4_000_000;  // of nodes, in one simulation
    private static final int ENOUGH = 50;  // lost sets of holders, below which chance says more than the model

    private final int nodes;
    private final int partCount;
    private final Map<List<Integer>, Integer> holderSets = new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));

    private record Loss(double chunks, double[] files, long events) {
    }

    private record Happening(double at, int node, boolean isLoss) implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            return Double.compare(at, other.at);
        }
    }

    private LossModel(int nodes, int zones) {
        this.nodes = nodes;
        Random random = new Random(1);
        List<Placement.Server> servers = IntStream.range(0, nodes).mapToObj(i -> new Placement.Server(
                new NodeId(new UUID(random.nextLong(), random.nextLong())), "zone " + i % zones, 1)).toList();
        List<NodeId> ids = servers.stream().map(Placement.Server::id).toList();
        Placement placement = Placement.of(Placement.DEFAULT_BITS, servers);
        this.partCount = 1 << placement.bits();
        for (int part = 0; part < partCount; part++) {
            List<Integer> holders = placement.ranking(new IdPrefix(placement.bits(), part)).stream().limit(COPIES)
                    .map(ids::indexOf).sorted().toList();
            holderSets.merge(holders, 1, Integer::sum);
        }
    }

    public static void main(String[] arguments) {
        int nodes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        int zones = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        LossModel model = new LossModel(nodes, zones);
        System.out.printf("%d nodes in %d zones, %d parts on %d sets of holders.%n%n", nodes, zones, model.partCount, model.holderSets.size());
        System.out.println("| node losses a year, each | repair time | chunks lost a year, simulated | by formula | files of 1 MiB, simulated"
                + " | by formula | files of 1 GiB, simulated | by formula |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (double rate : RATES) {
            for (Duration repair : REPAIRS) {
                System.out.println(model.row(rate, repair));
            }
        }
    }

    private String row(double rate, Duration repair) {
        double years = repair.toSeconds() / 86_400.0 / DAYS_A_YEAR;
        Loss formula = formula(rate, years);
        double expected = formula.events() * 1e-9 * LOSSES / (nodes * rate);
        Loss simulated = expected < ENOUGH ? null : simulated(rate, years);
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "| %s | %s | %s | %s |", rate,
                repair.toString().substring(2).replace("48H", "2 d").replace("H", " h").replace("M", " min"),
                simulated == null ? "too rare" : number(simulated.chunks()), number(formula.chunks())));
        for (int i = 0; i < FILE_CHUNKS.length; i++) {
            row.append(' ').append(simulated == null ? "too rare" : number(simulated.files()[i])).append(" | ")
                    .append(number(formula.files()[i])).append(" |");
        }
        return row.toString();
    }

    /** {@code events} are in billionths a year. */
    private Loss formula(double rate, double repair) {
        double q = rate * repair / (1 + rate * repair);
        double each = COPIES * rate * Math.pow(q, COPIES - 1) * (1 - q);
        double[] files = new double[FILE_CHUNKS.length];
        double chunks = 0;
        for (int parts : holderSets.values()) {
            chunks += each * parts / partCount;
            add(files, parts, each);
        }
        return new Loss(chunks, files, Math.round(each * holderSets.size() * 1e9));
    }

    private Loss simulated(double rate, double repair) {
        Random random = new Random(2);
        PriorityQueue<Happening> next = new PriorityQueue<>();
        for (int node = 0; node < nodes; node++) {
            next.add(new Happening(exponential(random, rate), node, true));
        }
        boolean[] isLost = new boolean[nodes];
        int lostNow = 0;
        double chunks = 0;
        double[] files = new double[FILE_CHUNKS.length];
        long events = 0;
        double now = 0;
        for (int losses = 0; losses < LOSSES;) {
            Happening one = next.remove();
            now = one.at();
            isLost[one.node()] = one.isLoss();
            lostNow += one.isLoss() ? 1 : -1;
            if (one.isLoss()) {
                losses++;
                next.add(new Happening(now + repair, one.node(), false));
                if (lostNow >= COPIES) {
                    for (Map.Entry<List<Integer>, Integer> set : holderSets.entrySet()) {
                        if (set.getKey().contains(one.node()) && set.getKey().stream().allMatch(node -> isLost[node])) {
                            chunks += (double) set.getValue() / partCount;
                            add(files, set.getValue(), 1);
                            events++;
                        }
                    }
                }
            } else {
                next.add(new Happening(now + exponential(random, rate), one.node(), true));
            }
        }
        double years = now;
        return new Loss(chunks / years, Arrays.stream(files).map(lost -> lost / years).toArray(), events);
    }

    /** Of files of so many chunks those that have any in these parts. */
    private void add(double[] files, int parts, double times) {
        for (int i = 0; i < files.length; i++) {
            files[i] += times * (1 - Math.pow(1 - (double) parts / partCount, FILE_CHUNKS[i]));
        }
    }

    private static double exponential(Random random, double rate) {
        return -Math.log(1 - random.nextDouble()) / rate;
    }

    private static String number(double share) {
        return String.format(Locale.ROOT, "%.1e", share);
    }
}
