package apidrive.repair;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import apidrive.chunk.Held;

/** What befalls nodes, disks, clocks and the network between them, drawn from the seed; in the end it makes all good again. */
final class Nemesis {
    private static final long LONGEST_MILLIS = 25 * 60_000;  // of what passes: twice the heal delay
    private static final long SOON_MILLIS = 1_000;

    private final World world;
    private final Timeline timeline;
    private final boolean isBadWithClocks;
    private final List<Backup> backups = new ArrayList<>();

    private record Backup(SimulatedNode node, SimulatedDisk disk) {
    }

    Nemesis(World world) {
        this.world = world;
        this.timeline = world.timeline;
        this.isBadWithClocks = timeline.chance(0.5);
    }

    /** Does something, now. */
    void act() {
        SimulatedNode node = world.nodes.get(timeline.random.nextInt(world.nodes.size()));
        long passes = timeline.between(100, timeline.chance(0.5) ? 60_000 : LONGEST_MILLIS);
        switch (timeline.random.nextInt(16)) {
            case 0, 1 -> crash(node, passes);
            case 2 -> loseDisk(node, passes);
            case 3 -> goForGood(node);
            case 4 -> join();
            case 5 -> drain(node);
            case 6, 7 -> partition(passes);
            case 8 -> pause(node, passes);
            case 9 -> adjust(node);
            case 10 -> fill(node, passes);
            case 11 -> lie(node, passes);
            case 12 -> damage(node);
            case 13 -> backup(node);
            case 14 -> restore(passes);
            default -> sleep();
        }
    }

    /** Faults end: who is down starts, the network is whole, clocks run right, and nobody lies. */
    void end() {
        timeline.tell("faults end");
        world.faults(Faults.NONE, false);
        world.mend();
        for (SimulatedNode node : world.members()) {
            node.isPaused = false;
            node.isLying = false;
            node.disk.isFull = false;
            node.adjust(1, Duration.ZERO);
            if (!node.isUp()) {
                node.start();
            }
        }
        world.up().forEach(node -> node.life.view().look());
        world.up().forEach(node -> node.life.run(() -> node.life.scrub.ask()));
    }

    /** Those that say that they are drained are switched off. */
    void switchOff() {
        for (SimulatedNode node : world.up()) {
            if (node.isDraining && node.life.handover.drain().isDone() && !node.isLying) {
                timeline.tell(node + " is drained and switched off");
                world.oracle.switchedOff(node);
                node.stop();
                node.isGone = true;
            }
        }
    }

    private void crash(SimulatedNode node, long passes) {
        if (node.isUp()) {
            world.crash(node);
            restart(node, passes);
        }
    }

    private void restart(SimulatedNode node, long passes) {
        timeline.after(passes, () -> {
            if (!node.isUp() && !node.isGone) {
                timeline.tell(node + " starts");
                node.start();
            }
        });
    }

    private void loseDisk(SimulatedNode node, long passes) {
        if (!node.isGone) {
            timeline.tell(node + " loses its disk");
            world.oracle.losing(node);
            node.stop();
            node.disk = new SimulatedDisk();
            restart(node, passes);
        }
    }

    private void goForGood(SimulatedNode node) {
        if (!node.isGone && world.members().stream().filter(SimulatedNode::offersRoom).anyMatch(other -> other != node)) {
            timeline.tell(node + " is gone for good");
            world.oracle.losing(node);
            node.stop();
            node.isGone = true;
        }
    }

    private void join() {
        if (world.members().size() < 9) {
            SimulatedNode node = world.join();
            timeline.tell(node + " joins");
            node.start();
        }
    }

    private void drain(SimulatedNode node) {
        if (node.offersRoom() && world.members().stream().filter(SimulatedNode::offersRoom).anyMatch(other -> other != node)) {
            timeline.tell(node + " is to be drained");
            node.isDraining = true;
        }
    }

    private void partition(long passes) {
        List<SimulatedNode> side = world.nodes.stream().filter(node -> timeline.chance(0.5)).toList();
        boolean isOneWay = timeline.chance(0.3);
        timeline.tell("the network is cut " + (isOneWay ? "one way " : "") + "around " + side);
        for (SimulatedNode from : side) {
            world.nodes.stream().filter(to -> !side.contains(to)).forEach(to -> {
                world.cut(from, to);
                if (!isOneWay) {
                    world.cut(to, from);
                }
            });
        }
        timeline.after(passes, () -> {
            timeline.tell("the network is whole");
            world.mend();
        });
    }

    private void pause(SimulatedNode node, long passes) {
        if (node.isUp()) {
            timeline.tell(node + " stands still");
            node.isPaused = true;
            timeline.after(passes, () -> node.isPaused = false);
        }
    }

    private void adjust(SimulatedNode node) {
        if (!isBadWithClocks) {
            return;
        }
        Duration jump = timeline.chance(0.3) ? Duration.ZERO : Duration.ofMinutes(timeline.between(-5 * 1_440, 5 * 1_440));
        double rate = timeline.chance(0.5) ? node.rate() : 0.95 + timeline.random.nextDouble() * 0.1;
        timeline.tell("the clock of " + node + " jumps by " + jump + " and runs at " + rate);
        node.adjust(rate, jump);
        world.oracle.clockAdjusted(jump, rate);
    }

    private void fill(SimulatedNode node, long passes) {
        timeline.tell(node + " is full");
        node.disk.isFull = true;
        timeline.after(passes, () -> node.disk.isFull = false);
    }

    private void lie(SimulatedNode node, long passes) {
        timeline.tell(node + " lies");
        node.isLying = true;
        node.lied = true;
        world.oracle.nodeLies();
        timeline.after(passes, () -> node.isLying = false);
    }

    private void damage(SimulatedNode node) {
        if (!node.isGone) {
            for (Held held : node.disk.sound(node.instant())) {
                if (timeline.chance(0.3)) {
                    timeline.tell(Oracle.name(held.id()) + " is damaged on " + node);
                    world.oracle.damaging(node, held.id());
                    node.disk.damaged.add(held.id());
                }
            }
        }
    }

    private void backup(SimulatedNode node) {
        if (!node.isGone) {
            timeline.tell(node + " is backed up");
            backups.add(new Backup(node, node.disk.copy()));
        }
    }

    private void restore(long passes) {
        Optional<Backup> found = backups.stream().filter(backup -> !backup.node().isGone).findFirst();
        if (found.isPresent()) {
            SimulatedNode node = found.get().node();
            timeline.tell(node + " is restored from its backup");
            world.oracle.losing(node);
            node.stop();
            node.disk = found.get().disk().copy();
            restart(node, passes);
        }
    }

    /** Whatever is under way comes to its end before days go by. */
    private void sleep() {
        if (timeline.isCalling()) {
            timeline.after(SOON_MILLIS, this::sleep);
            return;
        }
        Duration time = Duration.ofMinutes(timeline.between(60, 12 * 1_440));
        timeline.tell("nothing happens for " + time);
        world.timeline.sleep(time);
    }
}
