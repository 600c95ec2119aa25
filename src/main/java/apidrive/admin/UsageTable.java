package apidrive.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import apidrive.sql.Database;

/** What the names that this node keeps stand for, and what its chunks take: counts, which reading costs nothing. */
public final class UsageTable {
    private static final String USAGE = """
            SELECT names, logical_bytes, content_bytes, shared_bytes, physical_bytes FROM apidrive_view.usage""";

    /**
     * Bytes of the same moment.
     *
     * @param names         names that count, as the README says under "SQL views"
     * @param logicalBytes  of what they mean, once for each name
     * @param contentBytes  of what they mean, once for each content
     * @param sharedBytes   the difference of these
     * @param physicalBytes of the chunks kept here
     */
    public record Usage(long names, long logicalBytes, long contentBytes, long sharedBytes, long physicalBytes) {
    }

    private final Database database;

    public UsageTable(Database database) {
        this.database = database;
    }

    public Usage usage() {
        return database.autocommit(UsageTable::usage);
    }

    private static Usage usage(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(USAGE); ResultSet row = statement.executeQuery()) {
            row.next();
            return new Usage(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }
    }
}
