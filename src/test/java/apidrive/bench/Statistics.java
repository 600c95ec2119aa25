package apidrive.bench;

import java.util.List;
import java.util.stream.IntStream;

/** Of a few numbers. */
final class Statistics {
    private Statistics() {
    }

    /** The middle one; the mean of the two in the middle where their count is even. */
    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Each divided by its fellow in the other list, as far as both go. */
    static List<Double> ratios(List<Double> of, List<Double> to) {
        return IntStream.range(0, Math.min(of.size(), to.size()))
                .mapToObj(i -> of.get(i) / to.get(i)).toList();
    }

    /** Jain's index of fairness: 1 when all got the same, 1/n when one got everything. */
    static double fairness(List<Long> shares) {
        double sum = shares.stream().mapToDouble(Long::doubleValue).sum();
        double squares = shares.stream().mapToDouble(share -> (double) share * share).sum();
        return squares == 0 ? 1 : sum * sum / (shares.size() * squares);
    }
}
