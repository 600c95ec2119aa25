package apidrive.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** The chunks of this node as rows: by pages of their key, and by the day they fall due. */
public final class ChunkTable {
    private static final String PAGE = """
            SELECT id, size, digest, stored_at, expires_at, damaged_at, checked_at, epoch, expires_at > now()
              FROM apidrive.chunk WHERE id > ? AND id <= ? ORDER BY id LIMIT ?""";
    private static final String CALENDAR = "SELECT day, chunks, bytes FROM apidrive_view.expiry_calendar ORDER BY day";

    /**
     * One chunk.
     *
     * @param damagedAt when its bytes failed their digest; empty while they are good
     * @param checkedAt when they last matched it; empty until they were read for the first time
     * @param epoch     the partition that holds them
     * @param isLive    whether the lease has not ended
     */
    public record Row(ChunkId id, int size, Digest digest, Instant storedAt, Instant expiresAt,
            Optional<Instant> damagedAt, Optional<Instant> checkedAt, int epoch, boolean isLive) {
    }

    /** What falls due on a day, UTC. */
    public record Day(LocalDate day, long chunks, long bytes) {
    }

    private final Database database;

    public ChunkTable(Database database) {
        this.database = database;
    }

    /** At most {@code limit} chunks with an id above {@code after} and up to {@code last}, ascending. */
    public List<Row> page(UUID after, UUID last, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
                statement.setObject(1, after);
                statement.setObject(2, last);
                statement.setInt(3, limit);
                return rows(statement);
            }
        });
    }

    /** Days on which leases end, in order. Reads every row: some 300 ms for a million. */
    public List<Day> calendar() {
        return database.autocommit(ChunkTable::calendar);
    }

    private static List<Day> calendar(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CALENDAR);
             ResultSet rows = statement.executeQuery()) {
            List<Day> days = new ArrayList<>();
            while (rows.next()) {
                days.add(new Day(rows.getObject(1, LocalDate.class), rows.getLong(2), rows.getLong(3)));
            }
            return days;
        }
    }

    private static List<Row> rows(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            List<Row> page = new ArrayList<>();
            while (rows.next()) {
                page.add(new Row(new ChunkId(rows.getObject(1, UUID.class)), rows.getInt(2),
                        Digest.ofBytes(rows.getBytes(3)), Instants.instant(rows, 4), Instants.instant(rows, 5),
                        Instants.nullable(rows, 6), Instants.nullable(rows, 7), rows.getInt(8), rows.getBoolean(9)));
            }
            return page;
        }
    }
}
