package apidrive.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How membership scales: the real classes in simulated time at 10 to 10,000 nodes, as a Markdown table, and the law
 * that the rows follow up to 1,000,000. Run it with 8 GiB of heap; other sizes may be given as arguments. The largest
 * takes some minutes on one core.
 */
final class SwimScale {
    private static final SwimSettings SETTINGS = SwimSettings.DEFAULT;
    private static final double LOSS = 0.05;
    /** Enough to tell one false death in 10,000 probes from one in 100,000. */
    private static final long PROBES = 300_000;
    private static final int MILLION = 1_000_000;

    private SwimScale() {
    }

    public static void main(String[] arguments) {
        int[] sizes = arguments.length == 0 ? new int[] {10, 100, 1_000, 10_000}
                : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        System.out.println("| nodes | crashes | known to half | to all, median | to all, worst | 3 log2(N) "
                + "| false deaths in probes at 5 % loss | B/s a node at rest | heap a node |");
        System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        SimNetwork.settled(10, 0, SETTINGS).run(1);  // what is loaded once would count as heap of the first row
        List<double[]> medians = new ArrayList<>();
        double rest = 0;
        for (int size : sizes) {
            long began = System.nanoTime();
            Row row = measure(size);
            medians.add(new double[] {log2(size), row.median()});
            rest = Math.max(rest, row.rest);
            System.out.printf(Locale.ROOT, "| %,d | %d | %.2f | %.2f | %.2f | %.2f | %d in %,d | %.0f | %s |%n", size,
                    row.toAll.length, row.toHalf, row.median(), row.worst(), 3 * log2(size), row.deaths, row.probes,
                    row.rest, row.heap < 1 << 20 ? row.heap / 1_024 + " KiB" : (row.heap >> 20) + " MiB");
            System.err.printf(Locale.ROOT, "%,d nodes took %.0f s%n", size, (System.nanoTime() - began) / 1e9);
        }
        law(medians, rest);
    }

    private static Row measure(int size) {
        Row row = new Row(size <= 100 ? 100 : size <= 1_000 ? 10 : 1);
        for (int trial = 0; trial < row.toAll.length; trial++) {
            long before = trial == 0 ? MemberScale.heap() : 0;
            SimNetwork network = SimNetwork.settled(size, 1 + trial, SETTINGS);
            if (trial == 0) {
                row.heap = (MemberScale.heap() - before) / size + ownAnnouncements(size);
            }
            rest(network, row);
            crash(network, row, trial);
            lose(network, network.nodes.get(size / 2), row);
        }
        return row;
    }

    /** Tables of the simulation share the packed announcements; a node of its own holds them all. */
    private static long ownAnnouncements(int size) {
        int header = 16;
        return (long) size * (header + Announcement.sign(SimKeys.get(0), SimNetwork.NAME, SimNode.profile(0), 1)
                .packed().length);
    }

    private static void rest(SimNetwork network, Row row) {
        int periods = 30;
        network.run(2);
        network.nodes.forEach(node -> node.traffic.reset());
        network.run(periods);
        long bytes = network.nodes.stream().mapToLong(node -> node.traffic.bytes).sum();
        row.rest = Math.max(row.rest, bytes / (periods * SETTINGS.period().toNanos() / 1e9) / network.nodes.size());
    }

    private static void crash(SimNetwork network, Row row, int trial) {
        SimNode victim = network.nodes.get(network.nodes.size() / 2);
        network.run(network.random.nextDouble());
        victim.crash(true);
        double half = network.until(() -> network.nodes.stream().filter(node -> node.running()
                && node.sees(victim) == Observed.DEAD).count() >= network.nodes.size() / 2, 200);
        row.toHalf += half / row.toAll.length;
        row.toAll[trial] = half + network.until(() -> network.allSee(victim, Observed.DEAD), 200);
    }

    /** A false death is any one node's taking a running one for dead, however soon that is refuted. */
    private static void lose(SimNetwork network, SimNode victim, Row row) {
        network.loss = LOSS;
        for (SimNode node : network.nodes) {
            node.traffic.reset();
            node.table.onChange((id, member) -> member.filter(changed -> changed.observed() == Observed.DEAD
                    && changed.since().isZero() && !id.equals(victim.key.id())).ifPresent(dead -> row.deaths++));
        }
        network.run((double) PROBES / row.toAll.length / network.nodes.size());
        row.probes += network.nodes.stream().mapToLong(node -> node.traffic.probes).sum();
    }

    /** The least-squares line through the medians over log2(N). */
    private static void law(List<double[]> points, double rest) {
        double meanX = points.stream().mapToDouble(point -> point[0]).average().orElse(0);
        double meanY = points.stream().mapToDouble(point -> point[1]).average().orElse(0);
        double slope = points.stream().mapToDouble(point -> (point[0] - meanX) * (point[1] - meanY)).sum()
                / points.stream().mapToDouble(point -> Math.pow(point[0] - meanX, 2)).sum();
        double start = meanY - slope * meanX;
        Duration known = Duration.ofMillis((long) ((start + slope * log2(MILLION)) * SETTINGS.period().toMillis()));
        System.out.printf(Locale.ROOT, "%nA crash is known to all after about %.1f + %.2f log2(N) periods of %d s: at "
                        + "1,000,000 nodes %.1f periods (%d s), where 3 log2(N) is %.1f. Bytes at rest do not grow with "
                        + "the size: %.0f B/s.%n", start, slope, SETTINGS.period().toSeconds(),
                start + slope * log2(MILLION), known.toSeconds(), 3 * log2(MILLION), rest);
    }

    private static double log2(double number) {
        return Math.log(number) / Math.log(2);
    }

    private static final class Row {
        private final double[] toAll;
        private double toHalf;
        private double rest;
        private long deaths;
        private long probes;
        private long heap;

        private Row(int trials) {
            toAll = new double[trials];
        }

        private double median() {
            return Arrays.stream(toAll).sorted().toArray()[toAll.length / 2];
        }

        private double worst() {
            return Arrays.stream(toAll).max().orElseThrow();
        }
    }
}
