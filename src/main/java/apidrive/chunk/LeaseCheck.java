package apidrive.chunk;

import static apidrive.problem.Problem.MALFORMED;

import java.sql.PreparedStatement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.wire.ChunkId;

/** Whether what holders claim is kept. Claims of holders that have ended are counted, and left to the job that frees them. */
public final class LeaseCheck implements Check {
    private static final int PAGE = 1_000;  // small rows

    private static final String LOOK = """
            SELECT page.holder, page.chunk, EXISTS (SELECT FROM apidrive.chunk WHERE chunk.id = page.chunk),
                   EXISTS (SELECT FROM apidrive.ended_lease WHERE ended_lease.holder = page.holder)
              FROM (SELECT holder, chunk FROM apidrive.lease WHERE (holder, chunk) > (?, ?) ORDER BY holder, chunk LIMIT ?) AS page
             ORDER BY page.holder, page.chunk""";
    private static final String DELETE = """
            DELETE FROM apidrive.lease
             WHERE holder = ? AND chunk = ? AND NOT EXISTS (SELECT FROM apidrive.chunk WHERE chunk.id = lease.chunk)""";
    private static final char BETWEEN = '/';

    private record Row(UUID holder, ChunkId chunk, boolean isKept, boolean isEnding) {
        private String place() {
            return holder.toString() + BETWEEN + chunk;
        }
    }

    private final Database database;

    public LeaseCheck(Database database) {
        this.database = database;
    }

    @Override
    public Page look(String after) {
        List<Row> rows = rows(after.isEmpty() ? new Row(new UUID(0, 0), ChunkId.LOWEST, true, false) : place(after));
        List<Finding> findings = rows.stream().filter(row -> !row.isKept()).map(row -> new Finding(Finding.Kind.CLAIM_ORPHANED,
                row.chunk().toString(), "holder " + row.holder() + " claims it, and it is not kept here",
                Optional.of(() -> delete(row)))).toList();
        return new Page(rows.size(), rows.stream().filter(Row::isEnding).count(), findings,
                rows.size() < PAGE ? Optional.empty() : Optional.of(rows.get(PAGE - 1).place()));
    }

    private List<Row> rows(Row after) {
        return database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
                statement.setObject(1, after.holder());
                statement.setObject(2, after.chunk().uuid());
                statement.setInt(3, PAGE);
                return Columns.rows(statement, row -> new Row(row.getObject(1, UUID.class), Columns.id(row, 2), row.getBoolean(3),
                        row.getBoolean(4)));
            }
        });
    }

    private void delete(Row orphan) {
        database.inTransaction(connection -> {
            SlotLedger.lockAlone(connection);  // a chunk that came between looking and deleting would lose its claim
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setObject(1, orphan.holder());
                statement.setObject(2, orphan.chunk().uuid());
                return statement.executeUpdate();
            }
        });
    }

    private static Row place(String text) {
        int between = text.indexOf(BETWEEN);
        try {
            if (between > 0) {
                UUID holder = UUID.fromString(text.substring(0, between));
                return new Row(holder, ChunkId.parse(text.substring(between + 1)).orElseThrow(IllegalArgumentException::new), true, false);
            }
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("'" + text + "' is no place among claims", e);
        }
        throw MALFORMED.because("'" + text + "' is no place among claims");
    }
}
