package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;

/** The rows of {@code ended_lease}, and those of {@code lease} that go with them. */
public final class PostgresEndedLeases implements EndedLeases {
    /** So long after this node heard of it the second look comes: more than a transaction mostly takes. */
    static final Duration LOOK_SOON = Duration.ofSeconds(5);
    /** And the last one: more than a transaction may take. */
    static final Duration LOOK_AGAIN = Duration.ofMinutes(2);

    private static final String NOTE = """
            INSERT INTO apidrive.ended_lease (holder, ended_at, heard_at, look_at, is_told)
            SELECT holder, ended_at, ?, ?, ? FROM unnest(?, ?) AS told (holder, ended_at)
             WHERE NOT EXISTS (SELECT FROM apidrive.ended_lease WHERE ended_lease.holder = told.holder)  -- else a number is drawn in vain
                ON CONFLICT DO NOTHING""";
    private static final String DUE = """
            SELECT holder FROM apidrive.ended_lease WHERE NOT is_settled AND look_at <= ? ORDER BY look_at LIMIT ?""";
    private static final String UNTOLD = "SELECT holder FROM apidrive.ended_lease WHERE NOT is_told ORDER BY number LIMIT ?";
    private static final String TOLD = "UPDATE apidrive.ended_lease SET is_told = true WHERE holder = ANY (?)";
    private static final String AFTER = """
            SELECT number, holder, ended_at FROM apidrive.ended_lease WHERE number > ? ORDER BY number LIMIT ?""";
    private static final String LOOKED = """
            UPDATE apidrive.ended_lease SET look_at = heard_at + make_interval(secs => CASE WHEN heard_at > ? THEN ? ELSE ? END),
                                            is_settled = (heard_at <= ?)
             WHERE holder = ?""";
    private static final String FORGET = """
            WITH past AS (
                SELECT holder FROM apidrive.ended_lease WHERE ended_at <= ? AND is_settled LIMIT ? FOR UPDATE SKIP LOCKED)
            DELETE FROM apidrive.ended_lease USING past WHERE ended_lease.holder = past.holder""";

    private final Database database;

    public PostgresEndedLeases(Database database) {
        this.database = database;
    }

    @Override
    public void note(Map<UUID, Instant> endedAt, Instant now, boolean areTold) {
        if (!endedAt.isEmpty()) {
            database.inTransaction(connection -> {
                note(connection, new TreeMap<>(endedAt), now, areTold);
                return null;
            });
        }
    }

    /** As {@link #note(Map, Instant, boolean)} within the caller's transaction. */
    public static void note(Connection connection, SortedMap<UUID, Instant> endedAt, Instant now, boolean areTold) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOTE)) {
            statement.setObject(1, utc(now));
            statement.setObject(2, utc(now));
            statement.setBoolean(3, areTold);
            statement.setArray(4, connection.createArrayOf("uuid", endedAt.keySet().toArray()));
            statement.setArray(5, Columns.instants(connection, endedAt.values()));
            statement.executeUpdate();
        }
    }

    @Override
    public List<UUID> due(Instant now, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DUE)) {
                statement.setObject(1, utc(now));
                statement.setInt(2, limit);
                return Columns.rows(statement, row -> row.getObject(1, UUID.class));
            }
        });
    }

    @Override
    public List<UUID> untold(int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(UNTOLD)) {
                statement.setInt(1, limit);
                return Columns.rows(statement, row -> row.getObject(1, UUID.class));
            }
        });
    }

    @Override
    public void told(Collection<UUID> holders) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(TOLD)) {
                statement.setArray(1, connection.createArrayOf("uuid", holders.toArray()));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public List<Ended> after(long number, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(AFTER)) {
                statement.setLong(1, number);
                statement.setInt(2, limit);
                return Columns.rows(statement, row -> new Ended(row.getLong(1), row.getObject(2, UUID.class), Instants.instant(row, 3)));
            }
        });
    }

    @Override
    public int forget(Instant now, int limit) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, utc(now.minus(KEPT)));
                statement.setInt(2, limit);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Freed free(UUID holder, int limit, Instant now) {
        return database.inTransactionByIndex(connection -> {
            List<ChunkId> page = PostgresClaims.page(connection, holder, ChunkId.LOWEST, limit);
            if (page.size() < limit) {
                looked(connection, holder, now);
            }
            return new Freed(page.isEmpty() ? Set.of() : new EndWork(connection, now).end(holder, page), page.size() == limit);
        });
    }

    private static void looked(Connection connection, UUID holder, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOOKED)) {
            statement.setObject(1, utc(now.minus(LOOK_SOON)));
            statement.setDouble(2, LOOK_SOON.toSeconds());
            statement.setDouble(3, LOOK_AGAIN.toSeconds());
            statement.setObject(4, utc(now.minus(LOOK_AGAIN)));
            statement.setObject(5, holder);
            statement.executeUpdate();
        }
    }
}
