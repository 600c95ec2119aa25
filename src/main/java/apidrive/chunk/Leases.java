package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

import apidrive.wire.ChunkId;

/** The one statement that renews leases. */
final class Leases {
    private static final String RENEW = """
            WITH due AS (
                SELECT id FROM apidrive.chunk
                 WHERE id = ANY (?) AND expires_at < ? AND expires_at > ?
                 ORDER BY id FOR UPDATE)
            UPDATE apidrive.chunk SET expires_at = ?, checked_at = COALESCE(?, checked_at)
              FROM due WHERE chunk.id = due.id
            RETURNING chunk.id""";

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
}
