package apidrive.repair;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;
import apidrive.sql.Database;
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

    private static final String FIND = "SELECT number, holder FROM apidrive.heard_end WHERE node = ?";
    private static final String NOTE = """
            INSERT INTO apidrive.heard_end (node, number, holder) VALUES (?, ?, ?)
                ON CONFLICT (node) DO UPDATE SET number = EXCLUDED.number, holder = EXCLUDED.holder""";
    private static final String FORGET = "DELETE FROM apidrive.heard_end WHERE node = ?";

    /** The last that a server told of. */
    private record Heard(long number, UUID holder) {
        private static Heard of(Ending ending) {
            return new Heard(ending.number(), ending.holder());
        }
    }

    private final Database database;
    private final Network network;
    private final Holders own;
    private final Function<NodeId, HolderShelf> others;
    private final Map<NodeId, Instant> askedAt = new HashMap<>();

    Hearing(Database database, Network network, Holders own, Function<NodeId, HolderShelf> others) {
        this.database = database;
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
        Optional<Heard> before = find(node);
        List<Ending> endings = others.apply(node).ended(Math.max(0, before.map(Heard::number).orElse(0L) - OVERLAP));
        if (before.isPresent() && endings.stream().map(Heard::of).noneMatch(before.get()::equals)) {
            forget(node);
            return true;
        }
        own.heard(endings);
        if (!endings.isEmpty()) {
            note(node, Heard.of(endings.get(endings.size() - 1)));
        }
        return endings.size() == HolderShelf.MOST;
    }

    private Optional<Heard> find(NodeId node) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setObject(1, node.uuid());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(new Heard(row.getLong(1), row.getObject(2, UUID.class))) : Optional.empty();
                }
            }
        });
    }

    private void note(NodeId node, Heard last) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(NOTE)) {
                statement.setObject(1, node.uuid());
                statement.setLong(2, last.number());
                statement.setObject(3, last.holder());
                return statement.executeUpdate();
            }
        });
    }

    private void forget(NodeId node) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, node.uuid());
                return statement.executeUpdate();
            }
        });
    }
}
