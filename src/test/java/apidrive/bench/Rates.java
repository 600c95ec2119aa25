package apidrive.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What each contender does at most: clients that send the next request when the last was answered. */
final class Rates implements Section {
    private static final String PREFIX = "rates: ";

    private final Stage stage;
    private final Plan plan;
    private final Catalogue catalogue;

    Rates(Stage stage, Plan plan, Catalogue catalogue) {
        this.stage = stage;
        this.plan = plan;
        this.catalogue = catalogue;
    }

    @Override
    public List<String> names() {
        return catalogue.entries().stream().map(entry -> PREFIX + entry.name()).toList();
    }

    @Override
    public String measure() throws Exception {
        List<Entry> entries = withReferences();
        for (Entry entry : entries) {
            entry.contender().prepare();
        }
        for (int round = 0; round <= plan.rounds(); round++) {
            run(round, entries);
        }
        if (plan.profile() != null) {
            profile(entries);
        }
        return RateTables.of(entries, catalogue.leftOut());
    }

    /** Each round in the other direction, so that no contender always follows the same one. */
    private void run(int round, List<Entry> entries) throws Exception {
        List<Entry> order = new ArrayList<>(entries);
        if (round % 2 == 1) {
            Collections.reverse(order);
        }
        for (Entry entry : order) {
            if (round == 0 && entry.contender().isOnce()) {
                continue;  // it starts a program of its own, and its node is warm from the others
            }
            stage.databases().checkpoint();
            entry.run(round, plan, stage.databases().pid());
        }
    }

    private void profile(List<Entry> entries) throws Exception {
        Profiler profiler = new Profiler(plan.profile(), stage.databases());
        for (Entry entry : entries) {
            stage.databases().checkpoint();
            profiler.run(entry.contender(), plan.turn());
        }
    }

    /** Those that are wanted, and all that they are compared with. */
    private List<Entry> withReferences() {
        Set<Entry> chosen = new LinkedHashSet<>();
        catalogue.entries().stream().filter(entry -> plan.wants(PREFIX + entry.name())).forEach(entry -> {
            chosen.add(entry);
            entry.comparisons().forEach(comparison -> chosen.add(comparison.reference()));
        });
        return catalogue.entries().stream().filter(chosen::contains).toList();
    }
}
