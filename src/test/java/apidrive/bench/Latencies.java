package apidrive.bench;

import static apidrive.bench.Markdown.format;
import static apidrive.bench.Markdown.spread;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

/** How long single requests take at arrival rates below the most that a contender can do. */
final class Latencies implements Section {
    private static final String PREFIX = "latency: ";
    private static final double HALF = 0.5;
    private static final double STORE_MILLIS = 25;  // wanted of p99 at half of the peak
    private static final double HOT_MILLIS = 8;
    private static final double HELD = 0.97;  // of the rate; less is a queue that grew

    private final Stage stage;
    private final Plan plan;
    private final Catalogue catalogue;

    Latencies(Stage stage, Plan plan, Catalogue catalogue) {
        this.stage = stage;
        this.plan = plan;
        this.catalogue = catalogue;
    }

    @Override
    public List<String> names() {
        return catalogue.timed().stream().map(entry -> PREFIX + entry.name()).toList();
    }

    @Override
    public String measure() throws Exception {
        List<Entry> entries = catalogue.timed().stream().filter(entry -> plan.wants(PREFIX + entry.name())).toList();
        Map<Entry, Map<Double, List<OpenLoop>>> results = new LinkedHashMap<>();
        for (Entry entry : entries) {
            entry.contender().prepare();
            WarmUp.run(entry.contender(), plan.warmUp(), stage.databases().pid());
            results.put(entry, new LinkedHashMap<>());
        }
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Entry entry : entries) {
                for (Map.Entry<Double, Double> load : loads(entry).entrySet()) {
                    stage.databases().checkpoint();
                    OpenLoop result = OpenLoop.run(entry.contender(),
                            Arrivals.within(plan.turn(), load.getValue()));
                    System.err.printf("round %d of %d: %s at %.0f/s: p99 %.1f ms%n", round, plan.rounds(), entry.name(),
                            load.getValue(), result.millis(99));
                    results.get(entry).computeIfAbsent(load.getKey(), key -> new ArrayList<>()).add(result);
                }
            }
        }
        return table(results);
    }

    /** Arrivals a second by what the table calls them: the rates asked for, or parts of a peak measured now. */
    private Map<Double, Double> loads(Entry entry) throws Exception {
        Map<Double, Double> loads = new LinkedHashMap<>();
        if (!plan.arrivals().isEmpty()) {
            plan.arrivals().forEach(rate -> loads.put(rate, rate));
            return loads;
        }
        stage.databases().checkpoint();
        double peak = Turn.run(entry.contender(), plan.turn(), stage.databases().pid()).perSecond();
        plan.loads().forEach(part -> loads.put(part, part * peak));
        return loads;
    }

    private String table(Map<Entry, Map<Double, List<OpenLoop>>> results) {
        Markdown table = new Markdown("what", "arrivals/s", "of the peak", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "most ms",
                "target of p99");
        results.forEach((entry, loads) -> loads.forEach((load, rounds) -> {
            Histogram all = new Histogram(OpenLoop.DIGITS);
            rounds.forEach(round -> all.add(round.latencies()));
            List<Double> p99 = rounds.stream().map(round -> round.millis(99)).toList();
            boolean held = rounds.stream().allMatch(round -> round.achieved() >= HELD * round.offered());
            table.row(entry.name(), spread(rounds.stream().map(OpenLoop::offered).toList(), "%.0f")
                    + (held ? "" : ", **not held**"), plan.arrivals().isEmpty() ? format("%.2f", load) : "",
                    millis(all, 50), millis(all, 90), spread(p99, "%.1f"), millis(all, 99.9), millis(all, 100),
                    target(entry, load, Statistics.median(p99)));
        }));
        return "### Latencies\n\nRequests arrive at a fixed rate over the clients' connections; a latency counts from when its "
                + "request was due.\np99 is the median of the rounds' (least–most), the others are of all rounds together.\n\n"
                + table;
    }

    private String target(Entry entry, double load, double p99) {
        if (!plan.arrivals().isEmpty() || load != HALF) {
            return "";
        }
        return entry == catalogue.store() ? Markdown.atMost(STORE_MILLIS, p99, "%.0f")
                : entry == catalogue.retrieveHot() ? Markdown.atMost(HOT_MILLIS, p99, "%.0f") : "";
    }

    private static String millis(Histogram latencies, double percentile) {
        return format("%.1f", latencies.getValueAtPercentile(percentile) / 1e6);
    }
}
