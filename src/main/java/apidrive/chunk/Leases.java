package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import apidrive.sql.Instants;
import apidrive.wire.ChunkId;

/** The two statements that move leases: to one term for many chunks, and to an end of its own for each. */
final class Leases {
    private static final String RENEW = """
            WITH due AS (
                SELECT id FROM apidrive.chunk
                 WHERE id = ANY (?) AND expires_at < ? AND expires_at > ?
                 ORDER BY id FOR UPDATE)
            UPDATE apidrive.chunk SET expires_at = ?, checked_at = COALESCE(?, checked_at)
              FROM due WHERE chunk.id = due.id
            RETURNING chunk.id""";
    private static final String MERGE = """
            WITH due AS (
                SELECT chunk.id, given.copies, given.expires_at
                  FROM unnest(?, ?, ?) AS given (id, copies, expires_at) JOIN apidrive.chunk ON chunk.id = given.id
                 WHERE chunk.expires_at > ? AND (chunk.expires_at < given.expires_at OR chunk.copies < given.copies)
                 ORDER BY chunk.id FOR UPDATE OF chunk)
            UPDATE apidrive.chunk SET expires_at = GREATEST(chunk.expires_at, due.expires_at),
                                      copies = GREATEST(chunk.copies, due.copies)
              FROM due WHERE chunk.id = due.id
            RETURNING chunk.id, chunk.expires_at""";

    private Leases() {
    }

    /**
     * Renews those whose lease ends after {@code liveAt} and before it is worth renewing; returns them. Their bytes
     * matched their digest at {@code checkedAt}, null where they were not read.
     */
    static List<ChunkId> renew(Connection connection, Collection<ChunkId> ids, Lease.Term term, Instant liveAt,
            Instant checkedAt) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            statement.setObject(2, utc(term.renewBelow()));
            statement.setObject(3, utc(liveAt));
            statement.setObject(4, utc(term.until()));
            statement.setObject(5, checkedAt == null ? null : utc(checkedAt), Types.TIMESTAMP_WITH_TIMEZONE);
            return Columns.ids(statement);
        }
    }

    /**
     * Moves those whose lease ends after {@code liveAt} to the later end and the greater number of copies; returns the
     * lease of each that this changed.
     */
    static Map<ChunkId, Instant> merge(Connection connection, Collection<Held> leases, Instant liveAt) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MERGE)) {
            statement.setArray(1, Columns.uuids(connection, leases.stream().map(Held::id).toList()));
            statement.setArray(2, Columns.smallints(connection, leases.stream().map(Held::copies).toList()));
            statement.setArray(3, Columns.instants(connection, leases.stream().map(Held::expiresAt).toList()));
            statement.setObject(4, utc(liveAt));
            Map<ChunkId, Instant> merged = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    merged.put(Columns.id(rows, 1), Instants.instant(rows, 2));
                }
            }
            return merged;
        }
    }
}
