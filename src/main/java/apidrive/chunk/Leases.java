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

/**
 * The two statements that move plain leases: to one term for many chunks, and to an end of its own for each. Claims are
 * {@link PostgresClaims}'s.
 */
final class Leases {
    private static final String RENEW = """
            WITH due AS (
                SELECT id, ?::timestamptz AS until FROM apidrive.chunk
                 WHERE id = ANY (?) AND COALESCE(plain_until, expires_at) < ? AND COALESCE(plain_until, expires_at) > ?
                 ORDER BY id FOR UPDATE)
            UPDATE apidrive.chunk SET expires_at = GREATEST(expires_at, due.until),
                                      plain_until = CASE WHEN plain_until IS NOT NULL THEN due.until END,
                                      checked_at = COALESCE(?, checked_at)
              FROM due WHERE chunk.id = due.id
            RETURNING chunk.id""";
    private static final String MERGE = """
            WITH due AS (
                SELECT chunk.id, given.copies, given.expires_at, plain_until IS NULL OR plain_until > live.at AS slides
                  FROM unnest(?, ?, ?) AS given (id, copies, expires_at) JOIN apidrive.chunk ON chunk.id = given.id
                 CROSS JOIN (SELECT ?::timestamptz AS at) AS live
                 WHERE chunk.expires_at > live.at
                   AND (COALESCE(plain_until, chunk.expires_at) < given.expires_at AND (plain_until IS NULL OR plain_until > live.at)
                        OR chunk.copies < given.copies)
                 ORDER BY chunk.id FOR UPDATE OF chunk)
            UPDATE apidrive.chunk SET expires_at = CASE WHEN slides THEN GREATEST(chunk.expires_at, due.expires_at)
                                                        ELSE chunk.expires_at END,
                                      plain_until = CASE WHEN plain_until IS NOT NULL AND slides THEN GREATEST(plain_until, due.expires_at)
                                                         ELSE plain_until END,
                                      copies = GREATEST(chunk.copies, due.copies)
              FROM due WHERE chunk.id = due.id
            RETURNING chunk.id, chunk.expires_at, chunk.plain_until IS NULL""";

    private Leases() {
    }

    /**
     * Renews those whose plain lease ends after {@code liveAt} and before it is worth renewing; returns them. Their bytes
     * matched their digest at {@code checkedAt}, null where they were not read.
     */
    static List<ChunkId> renew(Connection connection, Collection<ChunkId> ids, Lease.Term term, Instant liveAt,
            Instant checkedAt) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setObject(1, utc(term.until()));
            statement.setArray(2, Columns.uuids(connection, ids));
            statement.setObject(3, utc(term.renewBelow()));
            statement.setObject(4, utc(liveAt));
            statement.setObject(5, checkedAt == null ? null : utc(checkedAt), Types.TIMESTAMP_WITH_TIMEZONE);
            return Columns.ids(statement);
        }
    }

    /**
     * Moves those whose lease ends after {@code liveAt} to the later end and the greater number of copies; returns the
     * lease of each that this changed and that nobody claims. Of what is held by claims alone no lease moves.
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
                    if (rows.getBoolean(3)) {
                        merged.put(Columns.id(rows, 1), Instants.instant(rows, 2));
                    }
                }
            }
            return merged;
        }
    }
}
