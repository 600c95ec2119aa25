package apidrive.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The turns of contenders that are compared: all of them round after round, and at the end one more of each that is profiled. */
final class Rounds {
    /** What is to hold before each turn. */
    @FunctionalInterface
    interface Calm {
        void await() throws Exception;
    }

    private final Stage stage;
    private final Plan plan;
    private final Calm calm;

    Rounds(Stage stage, Plan plan, Calm calm) {
        this.stage = stage;
        this.plan = plan;
        this.calm = calm;
    }

    /** Those that are {@code wanted}, and all that they are compared with, in their order. */
    static List<Entry> chosen(List<Entry> entries, Predicate<Entry> wanted) {
        Set<Entry> chosen = new LinkedHashSet<>();
        entries.stream().filter(wanted).forEach(entry -> {
            chosen.add(entry);
            entry.comparisons().forEach(comparison -> chosen.add(comparison.reference()));
        });
        return entries.stream().filter(chosen::contains).toList();
    }

    /** Runs them all, each round in the other direction, so that no contender always follows the same one. */
    void run(List<Entry> entries) throws Exception {
        for (int round = 0; round <= plan.rounds(); round++) {
            List<Entry> order = new ArrayList<>(entries);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (Entry entry : order) {
                if (round == 0 && entry.contender().isOnce()) {
                    continue;  // it starts a program of its own, and its node is warm from the others or was warmed before
                }
                calm();
                entry.run(round, plan, stage.databases().pid());
            }
        }
        if (plan.profile() != null) {
            Profiler profiler = new Profiler(plan.profile(), stage.databases());
            for (Entry entry : entries) {
                calm();
                profiler.run(entry.contender(), plan.turn());
            }
        }
    }

    private void calm() throws Exception {
        calm.await();
        stage.databases().checkpoint();
    }
}
