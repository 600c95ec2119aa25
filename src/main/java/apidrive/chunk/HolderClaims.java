package apidrive.chunk;

import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.sql.Instants;

/** Who claims chunks that this node keeps, whichever these are. Threads share it. */
public final class HolderClaims {
    /** One probe of the index for each holder, however many chunks it claims. */
    private static final String AFTER = """
            WITH RECURSIVE page AS (
                (SELECT holder, 1 AS place FROM apidrive.lease WHERE holder > ? ORDER BY holder LIMIT 1)
                 UNION ALL
                SELECT (SELECT lease.holder FROM apidrive.lease WHERE lease.holder > page.holder ORDER BY lease.holder LIMIT 1), place + 1
                  FROM page
                 WHERE page.holder IS NOT NULL AND place < ?)
            SELECT holder, EXISTS (SELECT FROM apidrive.ended_lease WHERE ended_lease.holder = page.holder)
              FROM page
             WHERE holder IS NOT NULL
             ORDER BY holder""";
    private static final String OF = "SELECT count(*), max(until) FROM apidrive.lease WHERE holder = ?";

    /** A holder, and whether its end is known here, so that its claims are being freed. */
    public record Claimant(UUID id, boolean isEnded) {
    }

    /** Chunks that a holder claims here, and when the last of these claims ends; empty where there is none. */
    public record Claims(long chunks, Optional<Instant> until) {
    }

    private final Database database;

    public HolderClaims(Database database) {
        this.database = database;
    }

    /** At most {@code limit} of those above {@code after}, ascending. */
    public List<Claimant> after(UUID after, int limit) {
        return database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(AFTER)) {
                statement.setObject(1, after);
                statement.setInt(2, limit);
                return Columns.rows(statement, row -> new Claimant(row.getObject(1, UUID.class), row.getBoolean(2)));
            }
        });
    }

    public Claims of(UUID holder) {
        return database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OF)) {
                statement.setObject(1, holder);
                return Columns.rows(statement, row -> new Claims(row.getLong(1), Instants.nullable(row, 2))).get(0);
            }
        });
    }
}
