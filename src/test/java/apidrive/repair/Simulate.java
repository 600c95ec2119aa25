package apidrive.repair;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * {@code Simulate N [seed]} runs N worlds, from that seed or one of the time, and prints those that fail;
 * {@code Simulate replay SEED} runs one and prints what happens in it.
 */
final class Simulate {
    private static final Logger PRODUCT = Logger.getLogger("apidrive");

    private Simulate() {
    }

    public static void main(String[] arguments) {
        PRODUCT.setLevel(Level.OFF);
        if (arguments[0].equals("replay")) {
            logToo();
            long seed = Long.parseLong(arguments[1]);
            System.out.println(described(arguments.length > 2 ? Simulation.run(seed, false, System.out::println)
                    : Simulation.run(seed, System.out::println)));
            return;
        }
        long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        Tally tally = run(Integer.parseInt(arguments[0]), first, outcome -> System.out.println(described(outcome)), System.out::println);
        System.exit(tally.failed() == 0 ? 0 : 1);
    }

    /** How many runs failed, and how often what happened in all of them. */
    record Tally(int failed, Map<String, Integer> counts) {
    }

    /** Runs so many seeds from {@code first} on. {@code summary} is told what happened in all. */
    static Tally run(int runs, long first, Consumer<Simulation.Outcome> failures, Consumer<String> summary) {
        long began = System.nanoTime();
        Map<String, Integer> counts = new TreeMap<>();
        int failed = 0;
        long quiet = 0;
        for (long seed = first; seed < first + runs; seed++) {
            Simulation.Outcome outcome = Simulation.run(seed, null);
            outcome.counts().forEach((what, count) -> counts.merge(what, count, Integer::sum));
            quiet += outcome.quietMillis();
            if (outcome.failure().isPresent()) {
                failed++;
                failures.accept(outcome);
            }
        }
        summary.accept(String.format("%,d simulated runs from seed %d in %.1f s, %d failed; mean quiet time needed %d min; %s", runs, first,
                (System.nanoTime() - began) / 1e9, failed, quiet / 60_000 / runs, counts));
        return new Tally(failed, counts);
    }

    /** What the product itself logs stands between what happens. */
    private static void logToo() {
        PRODUCT.setUseParentHandlers(false);
        PRODUCT.setLevel(Level.FINE);
        PRODUCT.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                System.out.println("                   " + line.getLoggerName() + ": " + line.getMessage());
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        });
    }

    static String described(Simulation.Outcome outcome) {
        return "seed " + outcome.seed() + ": " + outcome.failure().orElse("all is well") + (outcome.cause() == null ? ""
                : "\n" + Objects.toString(stack(outcome.cause()))) + "  (history " + Long.toHexString(outcome.hash()) + ")";
    }

    private static String stack(Throwable cause) {
        StringBuilder lines = new StringBuilder();
        for (StackTraceElement element : cause.getStackTrace()) {
            lines.append("    at ").append(element).append('\n');
        }
        return lines.toString();
    }
}
