package apidrive.bench;

import java.util.List;

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
        List<Entry> entries = Rounds.chosen(catalogue.entries(), entry -> plan.wants(PREFIX + entry.name()));
        for (Entry entry : entries) {
            entry.contender().prepare();
        }
        new Rounds(stage, plan, () -> { }).run(entries);
        return RateTables.of(entries, catalogue.leftOut());
    }
}
