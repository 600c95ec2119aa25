package apidrive.chunk;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.sql.Instants.utc;

import java.sql.PreparedStatement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import apidrive.sql.Database;
import apidrive.wire.ChunkId;

/**
 * Whether the rows of chunks say that they are claimed where somebody claims them, and only there. A chunk that nobody claims any more,
 * and that says otherwise, is kept as long as it would have been, as one that nobody ever claimed: to free it was rejected, since it may
 * be its claims that were lost. What has run out is the sweep's.
 */
public final class ClaimCheck implements Check {
    private static final int PAGE = 1_000;  // small rows

    private static final String LOOK = """
            SELECT page.id, page.expires_at > ? AND (page.plain_until IS NOT NULL)
                       <> EXISTS (SELECT FROM apidrive.lease WHERE lease.chunk = page.id AND lease.until > ?), page.plain_until IS NOT NULL
              FROM (SELECT id, expires_at, plain_until FROM apidrive.chunk WHERE id > ? ORDER BY id LIMIT ?) AS page
             ORDER BY page.id""";
    private static final String DELETE_PAST = "DELETE FROM apidrive.lease WHERE chunk = ? AND until <= ?";
    private static final String REPAIR = """
            UPDATE apidrive.chunk SET plain_until = CASE WHEN left_of_it.until IS NOT NULL THEN COALESCE(plain_until, expires_at) END,
                                      expires_at = GREATEST(expires_at, left_of_it.until)
              FROM (SELECT max(until) AS until FROM apidrive.lease WHERE chunk = ?) AS left_of_it
             WHERE chunk.id = ? AND expires_at > ?""";

    private record Row(ChunkId id, boolean isUnequal, boolean saysClaimed) {
    }

    private final Database database;
    private final InstantSource clock;

    public ClaimCheck(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Page look(String after) {
        ChunkId from = after.isEmpty() ? ChunkId.LOWEST
                : ChunkId.parse(after).orElseThrow(() -> MALFORMED.because("'" + after + "' is not a chunk's id"));
        List<Row> rows = rows(from, clock.instant());
        return new Page(rows.size(), 0, rows.stream().filter(Row::isUnequal).map(this::finding).toList(),
                rows.size() < PAGE ? Optional.empty() : Optional.of(rows.get(PAGE - 1).id().toString()));
    }

    private List<Row> rows(ChunkId after, Instant now) {
        return database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
                statement.setObject(1, utc(now));
                statement.setObject(2, utc(now));
                statement.setObject(3, after.uuid());
                statement.setInt(4, PAGE);
                return Columns.rows(statement, row -> new Row(Columns.id(row, 1), row.getBoolean(2), row.getBoolean(3)));
            }
        });
    }

    private Finding finding(Row row) {
        return new Finding(Finding.Kind.CLAIM_UNEQUAL, row.id().toString(),
                row.saysClaimed() ? "its row says that it is claimed, and nobody does" : "it is claimed, and its row does not say so",
                Optional.of(() -> repair(row.id())));
    }

    /** Claims that are past go as well: they would outlive a chunk whose row says that it has none. */
    private void repair(ChunkId id) {
        Instant now = clock.instant();
        database.inTransaction(connection -> {
            ClaimWork.lock(connection, List.of(id));
            try (PreparedStatement statement = connection.prepareStatement(DELETE_PAST)) {
                statement.setObject(1, id.uuid());
                statement.setObject(2, utc(now));
                statement.executeUpdate();
            }
            try (PreparedStatement statement = connection.prepareStatement(REPAIR)) {
                statement.setObject(1, id.uuid());
                statement.setObject(2, id.uuid());
                statement.setObject(3, utc(now));
                statement.executeUpdate();
            }
            return null;
        });
    }
}
