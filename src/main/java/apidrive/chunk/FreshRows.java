package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import apidrive.wire.ChunkId;

/** The rows of chunks that are new here, within one transaction: what is known of each, its bytes, and what is owed of it. */
final class FreshRows {
    /**
     * Whether a tombstone is in force against it is looked up for what peers bring alone: users undo it. Intervals are compared,
     * for added to an instant a day of them may have 23 or 25 hours.
     */
    private static final String INSERT = """
            INSERT INTO apidrive.chunk (id, digest, size, copies, epoch, expires_at, plain_until, stored_at)
            SELECT fresh.id, fresh.digest, fresh.size, fresh.copies, fresh.epoch, fresh.expires_at, fresh.plain_until, ?
              FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) AS fresh (id, digest, size, copies, epoch, expires_at, plain_until, measured)
             WHERE fresh.measured IS NULL
                OR NOT EXISTS (SELECT FROM apidrive.tombstone
                                WHERE chunk = fresh.id AND until - fresh.measured >= ?::timestamptz - ?)
                ON CONFLICT (id) DO NOTHING
            RETURNING id, size""";
    private static final String OWE = """
            INSERT INTO apidrive.heal (chunk, node, made_at, due_at)
            SELECT owed.chunk, owed.node, ?, ? FROM unnest(?, ?) AS owed (chunk, node)""";
    private static final String UNLESS_KNOWN = " ON CONFLICT DO NOTHING";
    /**
     * Three statements in one exchange: each sees what was committed before it began, the sum thus after a row of
     * slot_shard that nobody holds was taken, and what was left of chunks once they were inserted anew. Where there is no such row,
     * nothing is counted, and the shard is null. One plan serves all of a transaction's statements, however few chunks they bring: to
     * plan them each time takes as long as they do. What is left is looked up chunk by chunk (OFFSET keeps it so): a plan made while
     * there was nothing would read all of it.
     */
    private static final String INSERT_BESIDE_OTHERS = """
            SELECT pg_advisory_xact_lock_shared(?), set_config('plan_cache_mode', 'force_generic_plan', true);
            WITH added AS (%s),
                 unburied AS (DELETE FROM apidrive.tombstone USING added WHERE tombstone.chunk = added.id),%s
                 counted AS (
                UPDATE apidrive.slot_shard SET used = used + (SELECT count(*) FROM added),
                                               bytes = bytes + (SELECT COALESCE(sum(size), 0) FROM added)
                 WHERE shard = (SELECT shard FROM apidrive.slot_shard ORDER BY shard LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING shard)
            SELECT added.id, (SELECT shard FROM counted) FROM added;
            SELECT COALESCE(sum(used), 0),
                   EXISTS (SELECT FROM unnest(?) AS stored (id)
                            WHERE EXISTS (SELECT FROM apidrive.leftover WHERE leftover.id = stored.id OFFSET 0))
              FROM apidrive.slot_shard""";
    private static final String INSERT_OWING_NOTHING = INSERT_BESIDE_OTHERS.formatted(INSERT, "");
    private static final String INSERT_OWING = INSERT_BESIDE_OTHERS.formatted(INSERT,
            "noted AS (" + OWE + " JOIN added ON added.id = owed.chunk" + UNLESS_KNOWN + "),");
    private static final String UNBURY = "DELETE FROM apidrive.tombstone WHERE chunk = ANY (?)";
    private static final String INSERT_BYTES = "INSERT INTO %s (id, epoch, data) VALUES (?, ?, ?)";

    /**
     * What one statement inserted.
     *
     * @param isCounted false where all counters were held by others
     * @param used      slots, these among them
     */
    record Inserted(List<ChunkId> ids, boolean isCounted, long used) {
    }

    private final Connection connection;
    private final Lease.Term term;

    FreshRows(Connection connection, Lease.Term term) {
        this.connection = connection;
        this.term = term;
    }

    /** Inserts what is new, counted by nobody, while no other transaction adds; returns which that is. */
    List<ChunkId> insert(List<Arrival> arrivals) throws SQLException {
        List<ChunkId> inserted;
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            bind(statement, 1, arrivals);
            inserted = Columns.ids(statement);
        }
        try (PreparedStatement statement = connection.prepareStatement(UNBURY)) {
            statement.setArray(1, Columns.uuids(connection, inserted));
            statement.executeUpdate();
        }
        Leftovers.clear(connection, inserted);
        return inserted;
    }

    /** Inserts what is new beside other transactions that do, counts it, and notes what is owed of it. */
    Inserted insertBesideOthers(Collection<Arrival> arrivals) throws SQLException {
        List<ChunkId> inserted = new ArrayList<>();
        boolean owes = arrivals.stream().anyMatch(arrival -> !arrival.put().owed().isEmpty());
        try (PreparedStatement statement = connection.prepareStatement(owes ? INSERT_OWING : INSERT_OWING_NOTHING)) {
            statement.setLong(1, SlotLedger.LOCK);
            int next = bind(statement, 2, arrivals);
            if (owes) {
                next = bindOwed(statement, next, arrivals);
            }
            statement.setArray(next, Columns.uuids(connection, arrivals.stream().map(Arrival::id).toList()));
            statement.execute();
            statement.getMoreResults();
            boolean isCounted = true;
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    inserted.add(Columns.id(rows, 1));
                    isCounted = rows.getObject(2) != null;
                }
            }
            statement.getMoreResults();
            try (ResultSet sum = statement.getResultSet()) {
                sum.next();
                if (sum.getBoolean(2)) {
                    Leftovers.clear(connection, inserted);
                }
                return new Inserted(inserted, isCounted, sum.getLong(1));
            }
        }
    }

    /** Their bytes, each in the table of its epoch. */
    void insertBytes(Collection<Arrival> arrivals) throws SQLException {
        Map<Integer, List<Arrival>> byEpoch = arrivals.stream()
                .collect(Collectors.groupingBy(Arrival::epoch, TreeMap::new, Collectors.toList()));
        for (Map.Entry<Integer, List<Arrival>> epoch : byEpoch.entrySet()) {
            insertBytes(epoch.getKey(), epoch.getValue());
        }
    }

    /** Notes what is owed of them, but for what is noted already. */
    void owe(Collection<Arrival> owing) throws SQLException {
        if (!owing.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(OWE + UNLESS_KNOWN)) {
                bindOwed(statement, 1, owing);
                statement.executeUpdate();
            }
        }
    }

    /** As {@link Put#measured}; null where that is empty. */
    Instant measured(Arrival arrival) {
        return arrival.put().measured(term).orElse(null);
    }

    private void insertBytes(int epoch, List<Arrival> arrivals) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT_BYTES.formatted(Epochs.table(epoch)))) {
            for (Arrival arrival : arrivals) {
                statement.setObject(1, arrival.id().uuid());
                statement.setInt(2, epoch);
                statement.setBytes(3, arrival.chunk().data());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Returns the number of the parameter after these. */
    private int bind(PreparedStatement statement, int first, Collection<Arrival> arrivals) throws SQLException {
        statement.setObject(first, utc(term.now()));
        statement.setArray(first + 1, Columns.uuids(connection, arrivals.stream().map(Arrival::id).toList()));
        statement.setArray(first + 2, connection.createArrayOf("bytea",
                arrivals.stream().map(arrival -> arrival.chunk().digest().bytes()).toArray(byte[][]::new)));
        statement.setArray(first + 3, Columns.integers(connection, arrivals.stream().map(one -> one.chunk().size()).toList()));
        statement.setArray(first + 4, Columns.smallints(connection, arrivals.stream().map(one -> one.put().copies()).toList()));
        statement.setArray(first + 5, Columns.integers(connection, arrivals.stream().map(Arrival::epoch).toList()));
        statement.setArray(first + 6, Columns.instants(connection, arrivals.stream().map(Arrival::until).toList()));
        statement.setArray(first + 7, Columns.instants(connection, arrivals.stream()
                .map(one -> one.put().isClaimed() ? one.put().plainAt(term) : null).toList()));
        statement.setArray(first + 8, Columns.instants(connection, arrivals.stream().map(this::measured).toList()));
        statement.setObject(first + 9, utc(term.until()));
        statement.setObject(first + 10, utc(term.now()));
        return first + 11;
    }

    /** As {@link #bind}. */
    private int bindOwed(PreparedStatement statement, int first, Collection<Arrival> arrivals) throws SQLException {
        List<ChunkId> chunks = arrivals.stream().flatMap(one -> one.put().owed().stream().map(node -> one.id())).toList();
        statement.setObject(first, utc(term.now()));
        statement.setObject(first + 1, utc(term.now().plus(Put.OWED_AFTER)));
        statement.setArray(first + 2, Columns.uuids(connection, chunks));
        statement.setArray(first + 3, connection.createArrayOf("uuid",
                arrivals.stream().flatMap(one -> one.put().owed().stream()).map(node -> node.uuid()).toArray()));
        return first + 4;
    }
}
