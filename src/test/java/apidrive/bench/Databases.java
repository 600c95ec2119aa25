package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import apidrive.access.AdminTokens;
import apidrive.sql.Database;
import apidrive.sql.EmbeddedDatabase;

/** The one PostgreSQL of a run: the product's own embedded server, with a database for each who takes part. */
final class Databases implements AutoCloseable {
    private static final String SUPERUSER = "postgres";

    private final Path folder;
    private EmbeddedDatabase server;

    Databases(Path folder) throws SQLException {
        this.folder = folder;
        this.server = EmbeddedDatabase.start(folder);
        requireDurable();
    }

    /** Makes an empty database that the product's two roles can use. */
    void create(String name) throws SQLException {
        execute(EmbeddedDatabase.NAME, "CREATE DATABASE " + name + " OWNER " + EmbeddedDatabase.OWNER);
    }

    /** Itself, with the database of this name, made where it lacks. */
    Databases with(String name) throws SQLException {
        if (number(EmbeddedDatabase.NAME, "SELECT count(*) FROM pg_database WHERE datname = '" + name + "'") == 0) {
            create(name);
        }
        return this;
    }

    void drop(String name) throws SQLException {
        execute(EmbeddedDatabase.NAME, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    }

    String jdbcUrl(String name) {
        return server.jdbcUrl().replaceFirst("/" + EmbeddedDatabase.NAME + "$", "/" + name);
    }

    /** A file that holds the role's password, as the node's settings want it. */
    Path passwordFile(String role) throws IOException {
        Path file = folder.resolve(role + ".password");
        return Files.exists(file) ? file : Files.writeString(file, server.password(role));
    }

    /** Statements are counted from here on, their planning too; the server is started anew for it. */
    Databases countStatements() throws SQLException {
        execute(EmbeddedDatabase.NAME, "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
        server.close();
        server = EmbeddedDatabase.start(folder);
        execute(EmbeddedDatabase.NAME, "CREATE EXTENSION pg_stat_statements",
                "ALTER SYSTEM SET pg_stat_statements.track_planning = on", "SELECT pg_reload_conf()");
        return this;
    }

    /** Connections as an application would have them, all opened ahead. */
    HikariDataSource pool(String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl(name));
        config.setUsername(EmbeddedDatabase.OWNER);
        config.setPassword(server.password(EmbeddedDatabase.OWNER));
        config.setMaximumPoolSize(connections);
        config.setMaxLifetime(0);
        config.addDataSourceProperty("prepareThreshold", "1");
        return new HikariDataSource(config);
    }

    /** Runs statements as superuser, each on its own. */
    void execute(String name, String... statements) throws SQLException {
        try (Connection connection = superuser(name); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Empties a node of its chunks. */
    void forget(String name) throws SQLException {
        execute(name, "TRUNCATE apidrive.chunk, apidrive.chunk_data, apidrive.lease, apidrive.leftover",
                "UPDATE apidrive.slot_shard SET used = 0, bytes = 0");
    }

    /** Flushes everything, so that what comes next does not pay for what was before. */
    void checkpoint() throws SQLException {
        execute(EmbeddedDatabase.NAME, "CHECKPOINT");
    }

    /** Bytes of the database on disk, everything flushed. */
    long bytes(String name) throws SQLException {
        checkpoint();
        return number(name, "SELECT pg_database_size('" + name + "')");
    }

    /** The number that {@code query} returns, asked as superuser. */
    long number(String name, String query) throws SQLException {
        try (Connection connection = superuser(name); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** A new token with which the node on this database lets its administrator in. */
    String adminToken(String name) {
        try (HikariDataSource source = pool(name, 1)) {
            Database database = new Database(source);
            return database.inTransaction(connection -> new AdminTokens(database).make(connection, "bench", Instant.now()));
        }
    }

    /** The server's first process. */
    long pid() throws IOException {
        try (var folders = Files.list(folder)) {
            Path data = folders.filter(path -> path.getFileName().toString().startsWith("pgdata-")).findFirst().orElseThrow();
            return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        }
    }

    /** The address as libpq's programs take it, the superuser's password in {@code PGPASSWORD}. */
    Map<String, String> environment(String name) {
        String address = jdbcUrl(name);
        return Map.of("PGHOST", "127.0.0.1", "PGPORT", address.replaceAll(".*:(\\d+)/.*", "$1"), "PGDATABASE", name,
                "PGUSER", SUPERUSER, "PGPASSWORD", server.password(SUPERUSER));
    }

    @Override
    public void close() {
        server.close();
    }

    /** Rates of a server that does not flush would say nothing. */
    private void requireDurable() throws SQLException {
        try (Connection connection = superuser(EmbeddedDatabase.NAME); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("SELECT current_setting('fsync'), current_setting('full_page_writes'), "
                     + "current_setting('synchronous_commit')")) {
            row.next();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                if (!row.getString(i).equals("on")) {
                    throw new IllegalStateException("fsync, full_page_writes or synchronous_commit is off");
                }
            }
        }
    }

    /** A connection that may do anything. */
    Connection superuser(String name) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(name), SUPERUSER, server.password(SUPERUSER));
    }
}
