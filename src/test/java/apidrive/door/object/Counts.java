package apidrive.door.object;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import apidrive.sql.EmbeddedDatabase;

/** What a running node with a PostgreSQL of its own counts and keeps, asked of its rows. */
final class Counts {
    /** By how much what is counted differs from the rows. */
    static final String DIFFERENCE = """
            WITH named AS (
                SELECT root_sha256, size FROM apidrive_view.names
                 WHERE is_newest AND NOT is_deleted AND (holder IS NOT NULL OR namespace NOT IN ('sha1', 'sha256', 'sha512')))
            SELECT (SELECT abs(used - count(id)) + abs(slots.bytes - COALESCE(sum(size), 0))
                      FROM apidrive_view.slots LEFT JOIN apidrive_view.chunks ON true GROUP BY used, slots.bytes)
                 + (SELECT abs(names - count(size)) + abs(logical_bytes - COALESCE(sum(size), 0))
                      FROM apidrive_view.usage LEFT JOIN named ON true GROUP BY names, logical_bytes)
                 + (SELECT abs(content_bytes - COALESCE(sum(size), 0))
                      FROM apidrive_view.usage LEFT JOIN (SELECT DISTINCT root_sha256, size FROM named) AS contents ON true
                     GROUP BY content_bytes)""";
    static final String CHUNKS = "SELECT count(*) FROM apidrive.chunk";
    static final String CLAIMS = "SELECT count(*) FROM apidrive.lease";
    static final String LEFTOVERS = "SELECT leftovers FROM apidrive_view.slots";
    /** Bytes without a chunk, or chunks without bytes. */
    static final String STRAY = """
            SELECT count(*) FROM apidrive.chunk FULL JOIN apidrive.chunk_data USING (id)
             WHERE chunk.id IS NULL AND NOT EXISTS (SELECT FROM apidrive.leftover WHERE leftover.id = chunk_data.id)
                OR chunk_data.id IS NULL""";

    private final Path data;

    Counts(Path data) {
        this.data = data;
    }

    /** The first column of the first row. */
    long number(String sql) throws SQLException {
        EmbeddedDatabase.Running running = EmbeddedDatabase.ofRunningNode(data).orElseThrow();
        try (Connection connection = DriverManager.getConnection(running.jdbcUrl(), EmbeddedDatabase.RUNNER, running.password());
             Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
