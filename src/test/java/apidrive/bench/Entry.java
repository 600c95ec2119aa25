package apidrive.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of the table.
 *
 * @param contender   what is measured
 * @param comparisons what it is compared with
 * @param turns       one a round
 */
record Entry(Contender contender, List<Comparison> comparisons, List<Turn> turns) {
    /** With what, and the least ratio wanted; 0 where it is only reported. */
    record Comparison(Entry reference, double target) {
    }

    Entry(Contender contender, Comparison... comparisons) {
        this(contender, List.of(comparisons), new ArrayList<>());
    }

    static Comparison atLeast(double target, Entry reference) {
        return new Comparison(reference, target);
    }

    static Comparison beside(Entry reference) {
        return new Comparison(reference, 0);
    }

    /** Runs a turn that is kept, or those that warm it up as round 0. */
    void run(int round, Plan plan, long postmaster) throws Exception {
        if (round == 0) {
            WarmUp.run(contender, plan.warmUp(), postmaster);
            return;
        }
        Turn turn = Turn.run(contender, plan.turn(), postmaster);
        System.err.printf("round %d of %d: %s: %.0f/s%n", round, plan.rounds(), name(), turn.perSecond());
        turns.add(turn);
    }

    String name() {
        return contender.name();
    }

    List<Double> rates() {
        return turns.stream().map(Turn::perSecond).toList();
    }

    /** One a round: what else the machine did in it met both. */
    List<Double> ratios(Comparison comparison) {
        return Statistics.ratios(rates(), comparison.reference.rates());
    }

    double fairness() {
        return Statistics.median(turns.stream().map(turn -> Statistics.fairness(turn.shares())).toList());
    }
}
