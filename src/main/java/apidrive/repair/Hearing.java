package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/**
 * Asks other servers for holders that have ended, of which this node was not told: as while it was away. Each is asked when it is met
 * again, and time and again, from where it stopped; how far that was outlasts a restart.
 */
final class Hearing {
    private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);
    private static final Duration ASKED_EACH = Duration.ofMinutes(10);
    /** Transactions that note endings may commit in another order than they drew their numbers. */
    private static final long OVERLAP = 1_000;

    private final HeardEnds heard;
    private final Network network;
    private final Holders own;
    private final Function<NodeId, HolderShelf> others;
    private final Map<NodeId, Instant> askedAt = new HashMap<>();

    Hearing(HeardEnds heard, Network network, Holders own, Function<NodeId, HolderShelf> others) {
        this.heard = heard;
        this.network = network;
        this.own = own;
        this.others = others;
    }

    /** Asks one server at most, for at most {@link HolderShelf#MOST}. */
    void step(Instant now) {
        if (!network.isClosed()) {
            return;
        }
        Collection<NodeId> reachable = network.reachable();
        askedAt.keySet().retainAll(reachable);
        reachable.stream().filter(node -> !node.equals(network.self()) && isDue(askedAt.get(node), now)).findFirst().ifPresent(node -> {
            askedAt.put(node, now);
            try {
                if (ask(node)) {
                    askedAt.remove(node);
                }
            } catch (ProblemException e) {
                LOG.debug("server {} does not say which holders have ended: {}", node, e.detail());
            }
        });
    }

    private static boolean isDue(Instant before, Instant now) {
        return before == null || before.isAfter(now) || !now.minus(ASKED_EACH).isBefore(before);
    }

    /** Whether there is more. Where the last is not the one that it was, its database is another, and it is asked from the beginning. */
    private boolean ask(NodeId node) {
        Optional<HeardEnds.Last> before = heard.last(node);
        List<Ending> endings = others.apply(node).ended(Math.max(0, before.map(HeardEnds.Last::number).orElse(0L) - OVERLAP));
        if (before.isPresent() && endings.stream().map(HeardEnds.Last::of).noneMatch(before.get()::equals)) {
            heard.forget(node);
            return true;
        }
        own.heard(endings);
        if (!endings.isEmpty()) {
            heard.note(node, HeardEnds.Last.of(endings.get(endings.size() - 1)));
        }
        return endings.size() == HolderShelf.MOST;
    }
}
