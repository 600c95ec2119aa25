package apidrive.repair;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One run of a small network: nodes of the real classes, users, a nemesis, all drawn from one seed, in one thread and in
 * simulated time; then a quiet time without faults, and the judgement of the {@link Oracle}. The same seed is the same run.
 */
final class Simulation {
    private static final long SHORTEST_MILLIS = 10 * 60_000;
    private static final long LONGEST_MILLIS = 120 * 60_000;
    private static final int MOST_ACTS = 120;
    private static final int MOST_BLOWS = 16;
    private static final long LOOK_MILLIS = 5 * 60_000;
    private static final long QUIET_MILLIS = 4 * 60 * 60_000;  // beyond which faults are no excuse for anything

    /** How a run ended; {@code failure} is empty where all is well. */
    record Outcome(long seed, Optional<String> failure, Throwable cause, Map<String, Integer> counts, long hash, long quietMillis) {
    }

    private final long seed;
    private final World world;
    private final Timeline timeline;
    private final Users users;
    private final Nemesis nemesis;
    private final Owners owners;

    private Simulation(long seed, boolean hasObjects, Consumer<String> trace) {
        this.seed = seed;
        this.world = new World(seed, hasObjects, trace);
        this.timeline = world.timeline;
        this.users = new Users(world);
        this.nemesis = new Nemesis(world);
        this.owners = new Owners(world);
    }

    /** Runs the world of this seed, with objects in it if it is odd; {@code trace} is told what happens, null for nobody. */
    static Outcome run(long seed, Consumer<String> trace) {
        return run(seed, seed % 2 != 0, trace);
    }

    /** As the other; {@code hasObjects}: users store objects as well. */
    static Outcome run(long seed, boolean hasObjects, Consumer<String> trace) {
        Simulation simulation = new Simulation(seed, hasObjects, trace);
        try {
            return simulation.run();
        } catch (RuntimeException | Error e) {
            simulation.world.oracle.fail("the run broke off: " + e, e);
            return simulation.outcome(0);
        }
    }

    private Outcome run() {
        world.nodes.forEach(SimulatedNode::start);
        world.faults(Faults.drawn(timeline), timeline.chance(0.8));
        long end = timeline.between(SHORTEST_MILLIS, LONGEST_MILLIS);
        some(MOST_ACTS, end, users::act);
        some(MOST_BLOWS, end, nemesis::act);
        if (world.hasObjects()) {
            some(MOST_ACTS, end, owners::act);
        }
        while (timeline.millis() < end && world.oracle.failure().isEmpty()) {
            timeline.run(Math.min(end, timeline.millis() + 60_000));
            nemesis.switchOff();
        }
        return quiet();
    }

    private Outcome quiet() {
        nemesis.end();
        long began = timeline.millis();
        List<String> open = List.of("nothing was looked at");
        while (!open.isEmpty() && timeline.millis() < began + QUIET_MILLIS && world.oracle.failure().isEmpty()) {
            timeline.run(timeline.millis() + LOOK_MILLIS);
            nemesis.switchOff();
            open = Stream.concat(world.oracle.unsettled().stream(), world.claims.unsettled().stream()).toList();
        }
        long took = timeline.millis() - began;
        if (!open.isEmpty()) {
            world.oracle.fail("after " + took / 60_000 + " quiet minutes " + String.join("; ", open));
        }
        timeline.run(timeline.millis() + LOOK_MILLIS);
        users.look(world.oracle.expected());
        users.look(world.claims.expected());
        return outcome(took);
    }

    private Outcome outcome(long quietMillis) {
        return new Outcome(seed, world.oracle.failure(), world.oracle.cause(), world.oracle.counts(), timeline.hash(), quietMillis);
    }

    /** So many times at most, at moments of chance. */
    private void some(int most, long until, Runnable what) {
        int times = timeline.random.nextInt(most + 1);
        for (int i = 0; i < times; i++) {
            timeline.after(timeline.between(0, until), what);
        }
    }
}
