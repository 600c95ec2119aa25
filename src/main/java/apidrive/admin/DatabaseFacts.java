package apidrive.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.sql.SqlFailure;

/** What PostgreSQL knows of itself: size, partitions, connections, slow statements. */
public final class DatabaseFacts {
    private static final int MOST_STATEMENTS = 20;
    private static final int MOST_PARTITIONS = 1_000;
    private static final String SERVER = """
            SELECT current_setting('server_version'), pg_database_size(current_database()),
                   current_setting('max_connections')::integer, pg_postmaster_start_time(), pg_is_in_recovery(),
                   current_setting('synchronous_commit'), current_setting('fsync')""";
    private static final String PARTITIONS = """
            SELECT epochs.partition, epochs.starts_at, epochs.ends_at, epochs.bytes,
                   GREATEST(pg_class.reltuples, 0)::bigint
              FROM apidrive_view.epochs AS epochs LEFT JOIN pg_class ON pg_class.oid = to_regclass(epochs.partition)
             ORDER BY epochs.starts_at LIMIT ?""";
    private static final String CONNECTIONS = """
            SELECT COALESCE(application_name, ''), COALESCE(state, 'other'), count(*) FROM pg_stat_activity
             WHERE datname = current_database() GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2""";
    private static final String RUNNING = """
            SELECT left(query, 300), extract(epoch FROM clock_timestamp() - query_start) * 1000, COALESCE(wait_event, '')
              FROM pg_stat_activity
             WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
               AND query_start IS NOT NULL
             ORDER BY query_start LIMIT ?""";
    private static final String EXTENSION = """
            SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
             WHERE extname = 'pg_stat_statements'""";
    private static final String SLOWEST = """
            SELECT left(query, 300), calls, mean_exec_time, max_exec_time FROM %s.pg_stat_statements
             WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
             ORDER BY mean_exec_time DESC LIMIT ?""";

    /** {@code bytes} of the whole database. */
    public record Server(String version, long bytes, int maxConnections, Instant startedAt, boolean isStandby,
            String synchronousCommit, String fsync) {
    }

    /** {@code rows} as of the last ANALYZE. */
    public record Partition(String name, Instant startsAt, Instant endsAt, long bytes, long rows) {
    }

    /** Connections of a program that are in a state. */
    public record Connections(String program, String state, long count) {
    }

    /** A statement under way; {@code waitsFor} is empty while it works. */
    public record Running(String sql, double millis, String waitsFor) {
    }

    /** A statement as {@code pg_stat_statements} counts it. */
    public record Slow(String sql, long calls, double meanMillis, double maxMillis) {
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Database database;

    public DatabaseFacts(Database database) {
        this.database = database;
    }

    public Server server() {
        return list(SERVER, null, row -> new Server(row.getString(1), row.getLong(2), row.getInt(3),
                Instants.instant(row, 4), row.getBoolean(5), row.getString(6), row.getString(7))).get(0);
    }

    /** At most a thousand, the first due first. */
    public List<Partition> partitions() {
        return list(PARTITIONS, MOST_PARTITIONS, row -> new Partition(row.getString(1), Instants.instant(row, 2),
                Instants.instant(row, 3), row.getLong(4), row.getLong(5)));
    }

    public List<Connections> connections() {
        return list(CONNECTIONS, null, row -> new Connections(row.getString(1), row.getString(2), row.getLong(3)));
    }

    /** What the database works on, the longest first. */
    public List<Running> running() {
        return list(RUNNING, MOST_STATEMENTS, row -> new Running(row.getString(1), row.getDouble(2), row.getString(3)));
    }

    /** The slowest on average; empty where the extension {@code pg_stat_statements} is missing or may not be read. */
    public Optional<List<Slow>> slowest() {
        List<String> schema = list(EXTENSION, null, row -> row.getString(1));
        if (schema.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(list(SLOWEST.formatted(schema.get(0)), MOST_STATEMENTS, row -> new Slow(row.getString(1),
                    row.getLong(2), row.getDouble(3), row.getDouble(4))));
        } catch (SqlFailure failure) {
            return Optional.empty();
        }
    }

    private <T> List<T> list(String sql, Integer limit, Reader<T> reader) {
        return database.autocommit(connection -> list(connection, sql, limit, reader));
    }

    private static <T> List<T> list(Connection connection, String sql, Integer limit, Reader<T> reader)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (limit != null) {
                statement.setInt(1, limit);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> list = new ArrayList<>();
                while (rows.next()) {
                    list.add(reader.read(rows));
                }
                return list;
            }
        }
    }
}
