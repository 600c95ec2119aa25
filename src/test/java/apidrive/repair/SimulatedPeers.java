package apidrive.repair;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.PEER_FAILED;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/** Calls from one life of a node to others: the bodies that HTTP would carry, and everything that may happen to them. */
final class SimulatedPeers implements Peers {
    private static final long LATEST = 60_000;  // milliseconds after which a request that hung is done all the same
    private static final long SLOWEST = 4_000;

    private final Life caller;
    private final World world;

    SimulatedPeers(Life caller, World world) {
        this.caller = caller;
        this.world = world;
    }

    /** A call, as the node that is called answers it. */
    private record Request(String route, Function<Life, List<ByteBuffer>> answer) {
        @Override
        public String toString() {
            return route;
        }
    }

    @Override
    public Shelf shelf(NodeId node) {
        return new RemoteShelf((route, body, mostBytes) -> {
            byte[] joined = Parts.joined(body);
            return post(world.node(node), new Request(route.name(), life -> route.answer(life.shelf(), joined)), mostBytes);
        });
    }

    HolderShelf holders(NodeId node) {
        return new RemoteHolders((route, body) -> {
            byte[] joined = Parts.joined(body);
            return post(world.node(node), new Request(route.name(), life -> route.answer(life.holders(), joined)), HolderRoute.MOST_BYTES);
        });
    }

    private byte[] post(SimulatedNode target, Request route, int mostBytes) {
        caller.check();
        Timeline timeline = world.timeline;
        Faults faults = world.faults();
        if (timeline.chance(faults.crash())) {
            caller.die();
        }
        if (timeline.chance(faults.slow())) {
            timeline.pass(timeline.between(1, SLOWEST));
            caller.check();
        }
        if (!world.connects(caller.node, target) || !target.answers() || timeline.chance(faults.lost())) {
            throw away(target);
        }
        if (timeline.chance(faults.late())) {
            Instant sent = timeline.time();
            long late = timeline.between(1, LATEST);
            timeline.after(late, () -> serveLate(target, route, sent));
            throw away(target);
        }
        if (timeline.chance(faults.refused())) {
            throw BUSY.because("simulated", Duration.ofSeconds(1));
        }
        if (timeline.chance(faults.twice())) {
            serve(target, route);
        }
        if (!target.answers()) {
            throw away(target);
        }
        byte[] answer = serve(target, route);
        if (answer == null || timeline.chance(faults.answerLost()) || !world.connects(target, caller.node)) {
            throw away(target);
        }
        if (timeline.chance(faults.slow())) {
            timeline.pass(timeline.between(1, SLOWEST));
            caller.check();
        }
        if (answer.length > mostBytes) {
            world.oracle.fail(target + " answered " + route + " with more bytes than it may");
        }
        return timeline.chance(faults.garbled()) ? garbled(answer) : answer;
    }

    /** Nobody waits for the answer any more. No connection outlives a standstill of all the world. */
    private void serveLate(SimulatedNode target, Request route, Instant sent) {
        if (target.answers() && Duration.between(sent, world.timeline.time()).toMillis() <= 2 * LATEST) {
            try {
                serve(target, route);
            } catch (ProblemException | Crash nobodyHears) {
                world.timeline.tell(target + " did " + route + " late, and failed");
            }
        }
    }

    /** The answer; null where the node died over it. Throws the problem that it answers with. */
    private byte[] serve(SimulatedNode target, Request route) {
        Life serving = target.life;
        try {
            byte[] answer = Parts.joined(route.answer().apply(serving));
            if (world.timeline.chance(world.faults().crash())) {
                serving.die();
            }
            return serving.isOver() ? null : answer;
        } catch (ProblemException e) {
            return refused(serving, e);
        } catch (RuntimeException | Error e) {
            if (!serving.isOver()) {
                world.oracle.fail(target + " answered " + route + " with " + e);
            }
            if (caller.isOver()) {
                throw new Crash();
            }
            return null;
        }
    }

    private static byte[] refused(Life serving, ProblemException e) {
        if (serving.isOver()) {
            return null;
        }
        throw e;
    }

    private byte[] garbled(byte[] answer) {
        byte[] other = answer.clone();
        other[world.timeline.random.nextInt(other.length)] ^= (byte) (1 << world.timeline.random.nextInt(8));
        return other;
    }

    private static ProblemException away(SimulatedNode target) {
        return PEER_FAILED.because("server " + target + " does not answer");
    }
}
