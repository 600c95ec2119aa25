package apidrive.peer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Trial. */
final class SwimScale {
    public static void main(String[] arguments) {
        for (String size : arguments) {
            int n = Integer.parseInt(size);
            int trials = n <= 1000 ? 5 : 1;
            for (int t = 0; t < trials; t++) {
                long begin = System.nanoTime();
                SimNetwork net = SimNetwork.settled(n, 42 + t, SwimSettings.DEFAULT);
                System.out.printf("N=%d made in %.1f s%n", n, (System.nanoTime() - begin) / 1e9);
                net.run(20);
                net.nodes.forEach(x -> x.traffic.reset());
                double p0 = net.periods();
                net.run(30);
                long bytes = net.nodes.stream().mapToLong(x -> x.traffic.bytes).sum();
                double secs = 30 * net.settings.period().toSeconds();
                System.out.printf("rest %.0f B/s a node, rumours %s%n", bytes / secs / n, net.truth.size());
                SimNode victim = net.nodes.get(n / 2);
                victim.crash(true);
                double c = net.periods();
                double half = -1, all = -1, susp = -1;
                while (all < 0 && net.periods() - c < 200) {
                    net.run(0.25);
                    long know = net.nodes.stream().filter(x -> x.running() && x.sees(victim) == Observed.DEAD).count();
                    long su = net.nodes.stream().filter(x -> x.running() && x.sees(victim) == Observed.SUSPECT).count();
                    if (susp < 0 && su > 0) susp = net.periods() - c;
                    if (half < 0 && know >= n / 2) half = net.periods() - c;
                    if (know == n - 1) all = net.periods() - c;
                }
                System.out.printf("crash: suspected %.2f half %.2f all %.2f (allowed %.2f)%n", susp, half, all, 3 * Math.log(n) / Math.log(2));
                net.loss = 0.05;
                net.nodes.forEach(x -> x.traffic.reset());
                double lossPeriods = n<=1000? Math.max(100, 100000.0 / n): 30;
                long deaths = 0, suspects = 0;
                boolean[][] dead = new boolean[0][];
                for (int i = 0; i < lossPeriods; i++) {
                    net.run(1);
                    for (SimNode x : net.nodes) if (x.running()) {
                        deaths += x.table.count(Observed.DEAD);
                        suspects += x.table.count(Observed.SUSPECT);
                    }
                }
                long probes = net.nodes.stream().mapToLong(x -> x.traffic.probes).sum();
                bytes = net.nodes.stream().mapToLong(x -> x.traffic.bytes).sum();
                System.out.printf("loss: probes %d dead-views %d (true %.0f) suspect-views %d bytes/s %.0f; took %.1f s%n", probes, deaths, (n - 1) * lossPeriods, suspects, bytes / (lossPeriods * net.settings.period().toSeconds()) / n, (System.nanoTime() - begin) / 1e9);
            }
        }
    }
}
