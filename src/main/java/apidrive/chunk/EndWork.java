package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import apidrive.sql.Instants;
import apidrive.wire.ChunkId;

/** What the end of a holder does within its transaction: his claims on some chunks go, and each chunk for which nothing else is left. */
final class EndWork {
    private static final String DELETE = "DELETE FROM apidrive.lease WHERE holder = ? AND chunk = ANY (?)";
    private static final String LEFT = """
            SELECT chunk.id, chunk.plain_until, max(lease.until)
              FROM apidrive.chunk LEFT JOIN apidrive.lease ON lease.chunk = chunk.id AND lease.until > ?
             WHERE chunk.id = ANY (?) AND plain_until IS NOT NULL
             GROUP BY chunk.id, chunk.plain_until""";
    /** What nobody claims any more is as it was before somebody did. */
    private static final String SHORTEN = """
            UPDATE apidrive.chunk SET expires_at = GREATEST(plain_until, told.until),
                                      plain_until = CASE WHEN told.until IS NULL THEN NULL ELSE plain_until END
              FROM unnest(?, ?) AS told (id, until)
             WHERE chunk.id = told.id""";

    private static final String FORGET = "DELETE FROM apidrive.lease WHERE chunk = ANY (?)";

    private final Connection connection;
    private final Instant now;

    EndWork(Connection connection, Instant now) {
        this.connection = connection;
        this.now = now;
    }

    /** Returns the chunks that went. */
    Set<ChunkId> end(UUID holder, List<ChunkId> chunks) throws SQLException {
        ClaimWork.lock(connection, chunks);
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setObject(1, holder);
            statement.setArray(2, Columns.uuids(connection, chunks));
            statement.executeUpdate();
        }
        return release(chunks);
    }

    /** Frees those of the locked chunks that nothing holds any more; the others are kept until what is left ends. */
    private Set<ChunkId> release(List<ChunkId> chunks) throws SQLException {
        Set<ChunkId> free = new HashSet<>();
        Map<ChunkId, Instant> kept = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(LEFT)) {
            statement.setObject(1, utc(now));
            statement.setArray(2, Columns.uuids(connection, chunks));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ChunkId id = Columns.id(rows, 1);
                    Instant claimed = Instants.nullable(rows, 3).orElse(null);
                    if (claimed == null && !Instants.instant(rows, 2).isAfter(now)) {
                        free.add(id);
                    } else {
                        kept.put(id, claimed);
                    }
                }
            }
        }
        if (!kept.isEmpty()) {
            shorten(kept);
            forget(kept.keySet().stream().filter(id -> kept.get(id) == null).toList());
        }
        return free.isEmpty() ? free : PostgresInventory.delete(connection, free);
    }

    /** What is left of claims that ran out, on what nobody claims any more. */
    private void forget(List<ChunkId> unclaimed) throws SQLException {
        if (!unclaimed.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setArray(1, Columns.uuids(connection, unclaimed));
                statement.executeUpdate();
            }
        }
    }

    /** Null for what nobody claims any more. */
    private void shorten(Map<ChunkId, Instant> kept) throws SQLException {
        List<ChunkId> ids = List.copyOf(kept.keySet());
        try (PreparedStatement statement = connection.prepareStatement(SHORTEN)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            statement.setArray(2, Columns.instants(connection, ids.stream().map(kept::get).toList()));
            statement.executeUpdate();
        }
    }
}
