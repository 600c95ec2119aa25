package apidrive.repair;

import static apidrive.sql.Instants.utc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Needs as rows of {@code heal}; the chunk package writes there as well what a store owes. Rows are locked first and changed where they
 * are: to join them leaves the planner to walk all of the queue for each.
 */
public final class PostgresHealQueue implements HealQueue {
    private static final String ADD = """
            INSERT INTO apidrive.heal (chunk, node, sources, made_at, due_at)
            SELECT chunk, node, sources::uuid[], ?, ? FROM unnest(?, ?, ?) AS need (chunk, node, sources)
                ON CONFLICT (chunk, node) DO UPDATE
               SET sources = ARRAY(SELECT DISTINCT unnest(heal.sources || EXCLUDED.sources))
             WHERE NOT heal.sources @> EXCLUDED.sources""";
    /** One look into the index for each number of sources, from the fewest on, as far as it takes. */
    private static final String TAKE = """
            SELECT due.place, due.due_at, due.chunk, due.node, due.sources, due.attempts + 1
              FROM generate_series(0, 8) AS number
             CROSS JOIN LATERAL (
                SELECT ctid AS place, due_at, chunk, node, sources, attempts FROM apidrive.heal
                 WHERE LEAST(cardinality(sources), 8) = number AND due_at <= ?
                 ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED) AS due
             LIMIT ?""";
    private static final String TAKEN = "UPDATE apidrive.heal SET due_at = ?, attempts = attempts + 1 WHERE ctid = ANY (?)";
    private static final String LOCK = """
            SELECT known.place
              FROM unnest(?, ?) AS need (chunk, node)
             CROSS JOIN LATERAL (
                SELECT ctid AS place FROM apidrive.heal
                 WHERE heal.chunk = need.chunk AND heal.node = need.node FOR UPDATE) AS known""";
    private static final String DONE = "DELETE FROM apidrive.heal WHERE ctid = ANY (?)";
    private static final String FAILED = "UPDATE apidrive.heal SET last_error = ?, due_at = ? WHERE ctid = ANY (?)";
    private static final String HASTEN = "UPDATE apidrive.heal SET due_at = ? WHERE due_at > ?";
    private static final String FORGET = "DELETE FROM apidrive.heal WHERE node = ?";
    private static final String BACKLOG = """
            SELECT (SELECT count(*) FROM (SELECT DISTINCT chunk FROM apidrive.heal) AS chunks), count(*),
                   count(last_error), min(made_at)
              FROM apidrive.heal""";

    /** A task and since when it was due. */
    private record Due(Task task, Instant since) {
        int sources() {
            return Math.min(task.need().sources().size(), MOST_SOURCES);
        }
    }

    private static final Comparator<Need> ORDER = Comparator.comparing(Need::chunk).thenComparing(Need::node);  // of locking rows

    private final Database database;
    private final NodeId self;

    /** The queue of the node {@code self}, which is never noted as a source: it knows what it keeps. */
    public PostgresHealQueue(Database database, NodeId self) {
        this.database = database;
        this.self = self;
    }

    @Override
    public void add(Collection<Need> needs, Instant now) {
        List<Need> distinct = distinct(needs);
        if (distinct.isEmpty()) {
            return;
        }
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADD)) {
                statement.setObject(1, utc(now));
                statement.setObject(2, utc(now));
                bind(connection, statement, 3, distinct);
                statement.setArray(5, connection.createArrayOf("text", distinct.stream().map(need -> need.sources().stream()
                        .map(NodeId::toString).collect(Collectors.joining(",", "{", "}"))).toArray()));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public List<Task> take(Instant now, int limit, Duration claim) {
        return database.inTransactionByIndex(connection -> {
            List<String> places = new ArrayList<>();
            List<Due> taken = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
                statement.setObject(1, utc(now));
                statement.setInt(2, limit);
                statement.setInt(3, limit);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        places.add(rows.getString(1));
                        taken.add(new Due(new Task(need(rows), rows.getInt(6)), Instants.instant(rows, 2)));
                    }
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(TAKEN)) {
                statement.setObject(1, utc(now.plus(claim)));
                statement.setArray(2, tids(connection, places));
                statement.executeUpdate();
            }
            return taken.stream().sorted(Comparator.comparing(Due::sources).thenComparing(Due::since)).map(Due::task).toList();
        });
    }

    @Override
    public void done(Collection<Need> needs) {
        database.inTransactionByIndex(connection -> {
            List<String> places = lock(connection, needs);
            try (PreparedStatement statement = connection.prepareStatement(DONE)) {
                statement.setArray(1, tids(connection, places));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void failed(Collection<Need> needs, String error, Instant dueAt) {
        database.inTransactionByIndex(connection -> {
            List<String> places = lock(connection, needs);
            try (PreparedStatement statement = connection.prepareStatement(FAILED)) {
                statement.setString(1, error.substring(0, Math.min(error.length(), MAX_ERROR)));
                statement.setObject(2, utc(dueAt));
                statement.setArray(3, tids(connection, places));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void hasten(Instant latest) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HASTEN)) {
                statement.setObject(1, utc(latest));
                statement.setObject(2, utc(latest));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public int forget(NodeId node) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, node.uuid());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Backlog backlog(Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(BACKLOG);
                 ResultSet row = statement.executeQuery()) {
                row.next();
                Optional<Instant> oldest = Instants.nullable(row, 4);
                Duration waited = oldest.map(made -> Duration.between(made, now)).orElse(Duration.ZERO);
                return new Backlog(row.getLong(1), row.getLong(2), row.getLong(3),
                        waited.isNegative() ? Duration.ZERO : waited);
            }
        });
    }

    /** Each chunk and node once, with all their sources; ascending, so that two transactions lock rows in one order. */
    private List<Need> distinct(Collection<Need> needs) {
        record Key(ChunkId chunk, NodeId node) {
        }
        Map<Key, Set<NodeId>> sources = new HashMap<>();
        needs.forEach(need -> sources.computeIfAbsent(new Key(need.chunk(), need.node()), key -> new HashSet<>())
                .addAll(need.sources()));
        sources.values().forEach(some -> some.remove(self));
        return sources.entrySet().stream().map(one -> new Need(one.getKey().chunk(), one.getKey().node(), one.getValue()))
                .sorted(ORDER).toList();
    }

    /** Where the rows of {@code needs} are, which nobody else changes from here on. */
    private static List<String> lock(Connection connection, Collection<Need> needs) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            bind(connection, statement, 1, needs.stream().sorted(ORDER).toList());
            List<String> places = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    places.add(rows.getString(1));
                }
            }
            return places;
        }
    }

    private static Array tids(Connection connection, List<String> places) throws SQLException {
        return connection.createArrayOf("tid", places.toArray());
    }

    private static void bind(Connection connection, PreparedStatement statement, int first, Collection<Need> needs)
            throws SQLException {
        statement.setArray(first, uuids(connection, needs, need -> need.chunk().uuid()));
        statement.setArray(first + 1, uuids(connection, needs, need -> need.node().uuid()));
    }

    private static Array uuids(Connection connection, Collection<Need> needs, Function<Need, UUID> id) throws SQLException {
        return connection.createArrayOf("uuid", needs.stream().map(id).toArray());
    }

    private static Need need(ResultSet row) throws SQLException {
        UUID[] sources = (UUID[]) row.getArray(5).getArray();
        return new Need(new ChunkId(row.getObject(3, UUID.class)), new NodeId(row.getObject(4, UUID.class)),
                Arrays.stream(sources).map(NodeId::new).collect(Collectors.toUnmodifiableSet()));
    }
}
