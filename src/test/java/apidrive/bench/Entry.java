package apidrive.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of the table.
 *
 * @param contender what is measured
 * @param reference what it is compared with in each round; itself where nothing is
 * @param target    the least ratio wanted; 0 for none
 * @param turns     one a round
 */
record Entry(Contender contender, Entry reference, double target, List<Turn> turns) {
    Entry(Contender contender) {
        this(contender, null, 0, new ArrayList<>());
    }

    Entry(Contender contender, Entry reference, double target) {
        this(contender, reference, target, new ArrayList<>());
    }

    List<Double> rates() {
        return turns.stream().map(Turn::perSecond).toList();
    }

    /** One a round; empty where there is nothing to compare with. */
    List<Double> ratios() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; reference != null && i < Math.min(turns.size(), reference.turns.size()); i++) {
            ratios.add(turns.get(i).perSecond() / reference.turns.get(i).perSecond());
        }
        return ratios;
    }
}
