package apidrive.chunk;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import apidrive.wire.ChunkId;

/** Ids as columns of type {@code uuid} hold them, and arrays to bind: as many rows as one statement is to work on. */
final class Columns {
    /**
     * One of an array of ids. A plan that fits fewer ids than PostgreSQL would guess is made anew at each execution; hidden in a
     * subquery their number is guessed every time, so that one plan serves them all.
     */
    static final String AMONG = "= ANY (ARRAY (SELECT unnest(?::uuid[])))";

    /** Makes something of the row that a result is at. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private Columns() {
    }

    static ChunkId id(ResultSet row, int column) throws SQLException {
        return new ChunkId(row.getObject(column, UUID.class));
    }

    /** The first column of every row that the statement returns. */
    static List<ChunkId> ids(PreparedStatement statement) throws SQLException {
        return rows(statement, row -> id(row, 1));
    }

    /** Every row that the statement returns. */
    static <T> List<T> rows(PreparedStatement statement, Reader<T> reader) throws SQLException {
        List<T> read = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                read.add(reader.read(rows));
            }
        }
        return read;
    }

    static Array uuids(Connection connection, Collection<ChunkId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.stream().map(ChunkId::uuid).toArray());
    }

    static Array smallints(Connection connection, Collection<Integer> numbers) throws SQLException {
        return connection.createArrayOf("smallint", numbers.stream().map(Integer::shortValue).toArray(Short[]::new));
    }

    static Array integers(Connection connection, Collection<Integer> numbers) throws SQLException {
        return connection.createArrayOf("integer", numbers.toArray(Integer[]::new));
    }

    static Array instants(Connection connection, Collection<Instant> instants) throws SQLException {
        return connection.createArrayOf("timestamptz", instants.stream().map(instant -> instant == null ? null : instant.toString()).toArray());
    }
}
