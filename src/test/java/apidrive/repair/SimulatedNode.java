package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

import apidrive.placement.Placement;
import apidrive.wire.NodeId;

/** A node of the simulated network: its disk and clock, which outlive it, and its present life, if it has one. */
final class SimulatedNode implements InstantSource {
    private static final int KEY_BYTES = 32;

    final int number;
    final NodeId id;
    final Placement.Server server;
    private final World world;
    SimulatedDisk disk = new SimulatedDisk();
    Life life;
    boolean isDraining;
    boolean isGone;
    boolean isPaused;
    boolean isLying;
    boolean lied;
    long lostDiskAt = -600_000;
    final long joined;
    private Duration ahead;
    private double rate = 1;
    private Instant rated;

    /** {@code key} is what its id follows from. */
    SimulatedNode(int number, int key, World world, String zone, double weight) {
        this.number = number;
        this.world = world;
        this.id = NodeId.of(Arrays.copyOf(new byte[] {(byte) key}, KEY_BYTES));
        this.server = new Placement.Server(id, zone, weight);
        this.joined = world.timeline.millis() == 0 ? Long.MIN_VALUE / 2 : world.timeline.millis();
        this.rated = world.timeline.time();
        this.ahead = Duration.ofHours(world.timeline.between(-24 * 20, 24 * 20));
    }

    /** What its clock shows. */
    @Override
    public Instant instant() {
        Instant now = world.timeline.time();
        long drift = (long) (Duration.between(rated, now).toMillis() * (rate - 1));
        return now.plus(ahead).plusMillis(drift);
    }

    /** From now on the clock runs so fast, and shows so much more than it did. */
    void adjust(double newRate, Duration jump) {
        Instant shown = instant();
        rated = world.timeline.time();
        ahead = Duration.between(rated, shown).plus(jump);
        rate = newRate;
    }

    double rate() {
        return rate;
    }

    boolean isUp() {
        return life != null;
    }

    /** Whether a call to it would be answered. */
    boolean answers() {
        return isUp() && !isPaused;
    }

    boolean offersRoom() {
        return !isGone && !isDraining;
    }

    void start() {
        life = new Life(this, world);
        life.begin();
    }

    void stop() {
        if (life != null) {
            life.end();
            life = null;
        }
    }

    @Override
    public String toString() {
        return "n" + number;
    }
}
