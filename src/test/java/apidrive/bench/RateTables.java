package apidrive.bench;

import static apidrive.bench.Markdown.format;
import static apidrive.bench.Markdown.spread;

import java.util.List;
import java.util.function.ToLongFunction;

/** What the rounds showed: a table of rates, and one of ratios with their targets. */
final class RateTables {
    private static final double CHUNKS_A_MIB = 16;
    private static final double MICROS_A_MILLI = 1_000;  // a µs for one chunk is a ms for 1,000: divided again, seconds

    private RateTables() {
    }

    static String of(List<Entry> entries, List<String> leftOut) {
        Markdown rates = new Markdown("what", "clients", "chunks/s", "MiB/s", "CPU s a 1,000 chunks: client, server, PostgreSQL",
                "fairness");
        Markdown ratios = new Markdown("what", "beside", "ratio", "target");
        for (Entry entry : entries) {
            rates.row(entry.name(), Integer.toString(entry.contender().clients()), spread(entry.rates(), "%.0f"),
                    format("%.0f", Statistics.median(entry.rates()) / CHUNKS_A_MIB), cpu(entry.turns()),
                    fairness(entry));
            for (Entry.Comparison comparison : entry.comparisons()) {
                List<Double> each = entry.ratios(comparison);
                if (each.isEmpty()) {
                    continue;  // it was not asked for
                }
                ratios.row(entry.name(), comparison.reference().name(), spread(each, "%.2f"), comparison.target() == 0 ? ""
                        : Markdown.atLeast(comparison.target(), Statistics.median(each), "%.2f"));
            }
        }
        return "### Rates\n\n" + rates + "\nFairness is Jain's index over the clients' shares: 1 when all got the same.\n\n"
                + ratios + String.join("", leftOut.stream().map(why -> "\nLeft out: " + why + ".\n").toList());
    }

    private static String fairness(Entry entry) {
        if (entry.contender().clients() == 1) {
            return "";
        }
        double wanted = entry.contender().fairness();
        return format("%.2f", entry.fairness())
                + (wanted == 0 ? "" : ", " + Markdown.atLeast(wanted, entry.fairness(), "%.2f"));
    }

    private static String cpu(List<Turn> turns) {
        return seconds(turns, Cpu::client) + ", " + seconds(turns, Cpu::server) + ", " + seconds(turns, Cpu::database);
    }

    private static String seconds(List<Turn> turns, ToLongFunction<Cpu> part) {
        double chunks = Math.max(1, turns.stream().mapToLong(Turn::chunks).sum());
        return format("%.3f", turns.stream().mapToLong(turn -> part.applyAsLong(turn.cpu())).sum() / chunks / MICROS_A_MILLI);
    }
}
