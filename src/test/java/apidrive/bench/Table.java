package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The results as Markdown, ready for the README. */
final class Table {
    private static final double CHUNKS_A_MIB = 16;
    private static final double MIB = 1 << 20;

    private Table() {
    }

    static String heading(String command) throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse(System.getProperty("os.arch"));
        String memory = Files.readAllLines(Path.of("/proc/meminfo")).get(0).replaceAll("\\D", "");
        return format("%s, %d cores of %s, %.0f GiB, Java %s: `%s`%n%nChunks of 64 KiB, incompressible, each new; fsync and "
                + "digest checks on; client, node and PostgreSQL on the same cores. Medians of the rounds (least–most); "
                + "ratios are taken within each round.%n",
                LocalDate.now(ZoneOffset.UTC), Runtime.getRuntime().availableProcessors(), processor,
                Long.parseLong(memory) / MIB, System.getProperty("java.version"), command);
    }

    static String rates(List<Entry> entries) {
        StringBuilder table = new StringBuilder("""
                | what | clients | chunks/s | MiB/s | ratio | to | target | CPU µs a chunk: client, node, PostgreSQL |
                | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (Entry entry : entries) {
            List<Double> ratios = entry.ratios();
            table.append(format("| %s | %d | %s | %.0f | %s | %s | %s | %s |%n", entry.contender().name(),
                    entry.contender().clients(), spread(entry.rates(), "%.0f"), median(entry.rates()) / CHUNKS_A_MIB,
                    ratios.isEmpty() ? "" : spread(ratios, "%.2f"),
                    ratios.isEmpty() ? "" : entry.reference().contender().name(),
                    ratios.isEmpty() || entry.target() == 0 ? "" : judged(median(ratios), entry.target(), true, "%.3g"),
                    cpu(entry.turns())));
        }
        return table.toString();
    }

    static String sizes(Sizes sizes) {
        return format("""
                | what | value | target |
                | --- | --- | --- |
                | database bytes per stored byte | %.3f | %s |
                | start to first answer, external database, s | %s | %s |
                | resident, fresh, after %d s of quiet, MB | %.0f | %s |
                | resident, after load and as much quiet, MB | %.0f | |
                """, sizes.databaseRatio(), judged(sizes.databaseRatio(), 1.06, false, "%.2f"),
                spread(sizes.start(), "%.1f"), judged(median(sizes.start()), 6, false, "%.0f"), Sizes.QUIET.toSeconds(),
                sizes.idle() / 1e6, judged(sizes.idle() / 1e6, 250, false, "%.0f"), sizes.idleAfterLoad() / 1e6);
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String spread(List<Double> values, String number) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        String median = format(number, median(values));
        return sorted.length == 1 ? median : median + " (" + format(number, sorted[0]) + "–"
                + format(number, sorted[sorted.length - 1]) + ")";
    }

    private static String judged(double value, double target, boolean atLeast, String number) {
        boolean met = atLeast ? value >= target : value <= target;
        return (atLeast ? "≥ " : "≤ ") + format(number, target) + (met ? ": met" : ": **missed**");
    }

    private static String cpu(List<Turn> turns) {
        double chunks = Math.max(1, turns.stream().mapToLong(Turn::chunks).sum());
        long[] micros = turns.stream().map(turn -> new long[] {turn.cpu().client(), turn.cpu().node(), turn.cpu().database()})
                .reduce(new long[3], (sum, one) -> new long[] {sum[0] + one[0], sum[1] + one[1], sum[2] + one[2]});
        return String.join(", ", Arrays.stream(micros).mapToObj(sum -> format("%.0f", sum / chunks)).toList());
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
