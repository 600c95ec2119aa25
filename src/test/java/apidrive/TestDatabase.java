package apidrive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

import javax.sql.DataSource;

import org.postgresql.ds.PGSimpleDataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import apidrive.chunk.Lease;
import apidrive.chunk.PostgresChunkStore;
import apidrive.sql.Database;
import apidrive.sql.Schema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A real PostgreSQL for the tests of this JVM: each asks for a database of its own, migrated, with an owner and a runner
 * as in production. The server's time zone is another than the JVM's.
 */
public final class TestDatabase implements AutoCloseable {
    public static final String OWNER = "test_owner";
    public static final String RUNNER = "test_runner";
    /** Files in memory: each database is some hundreds, made and deleted again for one test. */
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ROOM = 4L << 30;  // bytes free there; two servers at most a quarter of that
    private static final Logger QUIET = Logger.getLogger("io.zonky");
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String MIGRATED = "apidrive_template";
    private static final Instant BEGIN = Instant.now();
    private static final Lease LEASE = new Lease(Duration.ofDays(30));  // the default
    private static final Map<Instant, String> OPENED = new HashMap<>();
    private static final EmbeddedPostgres SERVER = start();

    private final String name;
    private HikariDataSource runner;

    private TestDatabase(String name) {
        this.name = name;
    }

    /** A fresh database with the tables of this build. */
    public static TestDatabase migrated() {
        return copyOf(MIGRATED);
    }

    /** As a node of the default lifetime leaves it that has just started: to make its partitions takes longer than all the rest. */
    public static TestDatabase opened() {
        return opened(BEGIN);
    }

    /** As a node leaves it that starts at {@code now}. */
    public static synchronized TestDatabase opened(Instant now) {
        return copyOf(OPENED.computeIfAbsent(now, TestDatabase::open));
    }

    /** A fresh database without any table, owned by {@link #OWNER}. */
    public static TestDatabase empty() {
        return copyOf("template0");
    }

    public String name() {
        return name;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + SERVER.getPort() + "/" + name;
    }

    /** Pooled connections of the least-privileged role, as a node has them. */
    public synchronized DataSource runner() {
        if (runner == null) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(jdbcUrl());
            config.setUsername(RUNNER);
            config.setMaximumPoolSize(12);
            config.setMinimumIdle(1);  // each costs a process, and most tests need no other
            config.addDataSourceProperty("prepareThreshold", "1");
            runner = new HikariDataSource(config);
        }
        return runner;
    }

    public DataSource owner() {
        return source(OWNER);
    }

    /** For what a test does behind the node's back. */
    public DataSource superuser() {
        return source("postgres");
    }

    /** Runs one statement as superuser. */
    public void execute(String sql) {
        execute(superuser(), sql);
    }

    /** Runs one statement as superuser of the server, outside of this database. */
    public void executeOutside(String sql) {
        execute(SERVER.getPostgresDatabase(), sql);
    }

    /** The first column of the first row, as superuser. */
    public long number(String sql) {
        try (Connection connection = superuser().getConnection(); Statement statement = connection.createStatement();
             var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of every row. */
    public List<String> texts(String sql) {
        try (Connection connection = superuser().getConnection(); Statement statement = connection.createStatement();
             var rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (runner != null) {
            runner.close();
        }
        execute(SERVER.getPostgresDatabase(), "DROP DATABASE " + name + " WITH (FORCE)");
    }

    private static String open(Instant now) {
        TestDatabase template = migrated();
        new PostgresChunkStore(new Database(template.runner()), 0, LEASE).openAhead(now);
        template.runner.close();
        return template.name;
    }

    private static synchronized TestDatabase copyOf(String template) {
        TestDatabase database = new TestDatabase("test_" + COUNT.incrementAndGet());
        execute(SERVER.getPostgresDatabase(), "CREATE DATABASE " + database.name + " TEMPLATE " + template + " STRATEGY file_copy"
                + " OWNER " + OWNER);  // a copy that is not logged as well
        return database;
    }

    private DataSource source(String user) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl());
        source.setUser(user);
        return source;
    }

    private static EmbeddedPostgres start() {
        QUIET.setLevel(Level.WARNING);
        try {
            EmbeddedPostgres server = server();
            DataSource postgres = server.getPostgresDatabase();
            execute(postgres, "CREATE ROLE " + OWNER + " LOGIN");
            execute(postgres, "CREATE ROLE " + RUNNER + " LOGIN");
            execute(postgres, "CREATE DATABASE " + MIGRATED + " OWNER " + OWNER);
            PGSimpleDataSource owner = new PGSimpleDataSource();
            owner.setUrl("jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + MIGRATED);
            owner.setUser(OWNER);
            PGSimpleDataSource runner = new PGSimpleDataSource();
            runner.setUrl(owner.getUrl());
            runner.setUser(RUNNER);
            Schema.migrate(owner, runner);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a crash would lose is not needed: nothing here is flushed, nor are pages logged whole. */
    private static EmbeddedPostgres server() throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder().setPort(Ports.next())
                .setServerConfig("timezone", "America/St_Johns").setServerConfig("full_page_writes", "off")
                .setServerConfig("max_wal_size", "128MB");
        if (Files.isDirectory(MEMORY) && MEMORY.toFile().getUsableSpace() >= ROOM) {
            builder.setDataDirectory(Files.createTempDirectory(MEMORY, "apidrive-test-"));
        }
        return builder.start();
    }

    private static void execute(DataSource source, String sql) {
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
