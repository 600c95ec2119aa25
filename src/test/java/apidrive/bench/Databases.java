package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import apidrive.sql.EmbeddedDatabase;

/** The one PostgreSQL of a run: the product's own embedded server, with a database for each who takes part. */
final class Databases implements AutoCloseable {
    private static final String SUPERUSER = "postgres";

    private final Path folder;
    private final EmbeddedDatabase server;

    Databases(Path folder) throws SQLException {
        this.folder = folder;
        this.server = EmbeddedDatabase.start(folder);
        requireDurable();
    }

    /** Makes an empty database that the product's two roles can use. */
    void create(String name) throws SQLException {
        execute(EmbeddedDatabase.NAME, "CREATE DATABASE " + name + " OWNER " + EmbeddedDatabase.OWNER);
    }

    String jdbcUrl(String name) {
        return server.jdbcUrl().replaceFirst("/" + EmbeddedDatabase.NAME + "$", "/" + name);
    }

    /** A file that holds the role's password, as the node's settings want it. */
    Path passwordFile(String role) throws IOException {
        Path file = folder.resolve(role + ".password");
        return Files.exists(file) ? file : Files.writeString(file, server.password(role));
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

    /** Bytes of the database on disk, everything flushed. */
    long bytes(String name) throws SQLException {
        execute(name, "CHECKPOINT");
        try (Connection connection = superuser(name); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("SELECT pg_database_size('" + name + "')")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The server's first process. */
    long pid() throws IOException {
        try (var folders = Files.list(folder)) {
            Path data = folders.filter(path -> path.getFileName().toString().startsWith("pgdata-")).findFirst().orElseThrow();
            return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        }
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

    private Connection superuser(String name) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(name), SUPERUSER, server.password(SUPERUSER));
    }
}
