package apidrive.chunk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import apidrive.sql.Database;

/**
 * Whether the counts of {@code slot_shard} are those of the chunks. One statement sees both as of one moment, at which every commit keeps
 * them equal, so that looking keeps nobody from storing; it reads every small row once, about a third of a second a million. Only who
 * sets them right waits for stores under way, and keeps new ones out meanwhile.
 */
public final class SlotCheck implements Check {
    private static final String COUNT = """
            SELECT counted.used, counted.bytes, kept.chunks, kept.bytes
              FROM (SELECT COALESCE(sum(used), 0)::bigint AS used, COALESCE(sum(bytes), 0)::bigint AS bytes
                      FROM apidrive.slot_shard) AS counted
             CROSS JOIN (SELECT count(*) AS chunks, COALESCE(sum(size), 0)::bigint AS bytes FROM apidrive.chunk) AS kept""";

    private record Count(long used, long usedBytes, long chunks, long bytes) {
        private boolean isEqual() {
            return used == chunks && usedBytes == bytes;
        }
    }

    private final Database database;

    public SlotCheck(Database database) {
        this.database = database;
    }

    @Override
    public Page look(String after) {
        Count count = database.autocommit(SlotCheck::count);
        List<Finding> findings = count.isEqual() ? List.of() : List.of(new Finding(Finding.Kind.SLOTS_UNEQUAL, "slots",
                count.used() + " slots with " + count.usedBytes() + " bytes are counted, " + count.chunks() + " chunks with "
                + count.bytes() + " bytes are kept", Optional.of(this::repair)));
        return new Page(count.chunks(), 0, findings, Optional.empty());
    }

    private void repair() {
        database.inTransaction(connection -> {
            SlotLedger.lockAlone(connection);
            Count count = count(connection);
            SlotLedger.free(connection, count.used() - count.chunks(), count.usedBytes() - count.bytes());
            return null;
        });
    }

    private static Count count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT); ResultSet row = statement.executeQuery()) {
            row.next();
            return new Count(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }
}
