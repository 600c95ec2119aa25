package apidrive.bench;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A table in Markdown, line by line. */
final class Markdown {
    private final StringBuilder text = new StringBuilder();

    Markdown(String... columns) {
        row(columns);
        row("---", columns.length);
    }

    Markdown row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** The median, with the least and the most where there is more than one. */
    static String spread(List<Double> values, String number) {
        if (values.isEmpty()) {
            return "";
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        String median = format(number, Statistics.median(values));
        return sorted.length == 1 ? median : median + " (" + format(number, sorted[0]) + "–"
                + format(number, sorted[sorted.length - 1]) + ")";
    }

    static String atLeast(double target, double value, String number) {
        return "≥ " + format(number, target) + verdict(value >= target);
    }

    static String atMost(double target, double value, String number) {
        return "≤ " + format(number, target) + verdict(value <= target);
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private void row(String cell, int times) {
        row(Collections.nCopies(times, cell).toArray(String[]::new));
    }

    private static String verdict(boolean met) {
        return met ? ": met" : ": **missed**";
    }
}
