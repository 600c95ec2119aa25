package apidrive;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;

import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import apidrive.config.NodeConfig;
import apidrive.sql.EmbeddedDatabase;

/**
 * The database of a node: the one its settings name, else the container's {@code jdbc/apidrive} (and, for migrations,
 * {@code jdbc/apidrive-owner}), else an embedded one. Closing it closes what was opened here.
 */
final class NodeDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDatabase.class);
    private static final String JNDI_RUNNER = "java:comp/env/jdbc/apidrive";
    private static final String JNDI_OWNER = "java:comp/env/jdbc/apidrive-owner";
    /** Some chunks and what precedes each in one write: by default the server is woken twice for every chunk. */
    private static final String SEND_BUFFER_BYTES = "262144";
    private static final String DRIVER = "org.postgresql.Driver";
    private static final int OWNER_CONNECTIONS = 2;  // Flyway's
    private static final long CONNECTION_PATIENCE_MILLIS = 5_000;  // then a request is answered 503
    private static final long TRY_AGAIN_MILLIS = 500;
    /** A statement that takes longer has met a lock or a dying disk; its caller was answered 503 before. */
    private static final String STATEMENT_TIMEOUT = "SET statement_timeout = '60s'";
    private static final String LOCK_TIMEOUT = "SET lock_timeout = '60s'";

    private final DataSource owner;
    private final DataSource runner;
    private final Optional<EmbeddedDatabase> embedded;

    private NodeDatabase(DataSource owner, DataSource runner, Optional<EmbeddedDatabase> embedded) {
        this.owner = owner;
        this.runner = runner;
        this.embedded = embedded;
    }

    /** Opens it; throws {@link IllegalStateException} with words for the operator when it does not answer in time. */
    static NodeDatabase open(NodeConfig config) {
        NodeDatabase database = config.jdbc().map(jdbc -> external(jdbc, config.pool()))
                .or(NodeDatabase::ofContainer).orElseGet(() -> embedded(config));
        try {
            database.await(config.databaseWait());
        } catch (IllegalStateException e) {
            database.close();
            throw e;
        }
        return database;
    }

    /** As {@link #open}, also while a node runs on the same folder: then by the PostgreSQL that it started. */
    static NodeDatabase join(NodeConfig config) {
        Optional<EmbeddedDatabase.Running> running = config.jdbc().isPresent() ? Optional.empty()
                : EmbeddedDatabase.ofRunningNode(config.data());
        return running.map(server -> {
            DataSource runner = pool("apidrive", server.jdbcUrl(),
                    new NodeConfig.Role(EmbeddedDatabase.RUNNER, server.password()), 1);
            return new NodeDatabase(runner, runner, Optional.empty());
        }).orElseGet(() -> open(config));
    }

    /** Connections of the role that migrates; to be used before the node serves. */
    DataSource owner() {
        return owner;
    }

    /** Connections of the role that the node runs as. */
    DataSource runner() {
        return runner;
    }

    /** The owner's connections are of no use once the tables stand. */
    void closeOwner() {
        if (owner != runner && owner instanceof HikariDataSource pool) {
            pool.close();
        }
    }

    @Override
    public void close() {
        closeOwner();
        if (runner instanceof HikariDataSource pool) {
            pool.close();
        }
        embedded.ifPresent(EmbeddedDatabase::close);
        deregisterDriver();
    }

    private static NodeDatabase external(NodeConfig.Jdbc jdbc, int connections) {
        LOG.info("database {} as {}", jdbc.url().replaceAll("\\?.*", ""), jdbc.runner());
        return new NodeDatabase(ownerPool(jdbc.url(), jdbc.owner()), pool("apidrive", jdbc.url(), jdbc.runner(), connections),
                Optional.empty());
    }

    private static Optional<NodeDatabase> ofContainer() {
        return lookUp(JNDI_RUNNER).map(runner -> {
            LOG.info("database of the container: jdbc/apidrive");
            return new NodeDatabase(lookUp(JNDI_OWNER).orElse(runner), runner, Optional.empty());
        });
    }

    private static NodeDatabase embedded(NodeConfig config) {
        EmbeddedDatabase server = EmbeddedDatabase.start(config.data());
        LOG.info("database embedded in {}", config.data());
        return new NodeDatabase(
                ownerPool(server.jdbcUrl(), role(server, EmbeddedDatabase.OWNER)),
                pool("apidrive", server.jdbcUrl(), role(server, EmbeddedDatabase.RUNNER), config.pool()),
                Optional.of(server));
    }

    private static NodeConfig.Role role(EmbeddedDatabase server, String name) {
        return new NodeConfig.Role(name, server.password(name));
    }

    private static HikariDataSource pool(String name, String url, NodeConfig.Role role, int connections) {
        HikariConfig config = connections(name, url, role, connections);
        config.setConnectionInitSql(STATEMENT_TIMEOUT);
        config.addDataSourceProperty("socketTimeout", "90");
        return new HikariDataSource(config);
    }

    /** For migrations, of which one may take as long as it takes to read a table, but not wait for it: all others would wait behind. */
    private static HikariDataSource ownerPool(String url, NodeConfig.Role role) {
        HikariConfig config = connections("apidrive-owner", url, role, OWNER_CONNECTIONS);
        config.setConnectionInitSql(LOCK_TIMEOUT);
        return new HikariDataSource(config);
    }

    private static HikariConfig connections(String name, String url, NodeConfig.Role role, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDriverClassName(DRIVER);
        config.setJdbcUrl(url);
        config.setUsername(role.name());
        config.setPassword(role.password());
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(connections, 2));
        config.setConnectionTimeout(CONNECTION_PATIENCE_MILLIS);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "apidrive");
        config.addDataSourceProperty("prepareThreshold", "1");  // bytea comes in binary from the second execution on
        config.addDataSourceProperty("maxSendBufferSize", SEND_BUFFER_BYTES);
        config.addDataSourceProperty("tcpKeepAlive", "true");
        return config;
    }

    private static Optional<DataSource> lookUp(String name) {
        try {
            return Optional.of((DataSource) new InitialContext().lookup(name));
        } catch (NamingException e) {
            return Optional.empty();
        }
    }

    private void await(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            try (Connection ofOwner = owner.getConnection(); Connection ofRunner = runner.getConnection()) {
                LOG.debug("database answers {} {}", ofOwner, ofRunner);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > until) {
                    String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
                    throw new IllegalStateException("The database did not answer within " + patience + ": " + reason, e);
                }
                LOG.info("waiting for the database: {}", e.getMessage());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(TRY_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while waiting for the database", e);
        }
    }

    /** A container that unloads this application would else keep its classes for ever. */
    private static void deregisterDriver() {
        if (NodeDatabase.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
            return;
        }
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            if (driver.getClass().getClassLoader() == NodeDatabase.class.getClassLoader()) {
                try {
                    DriverManager.deregisterDriver(driver);
                } catch (SQLException e) {
                    LOG.warn("driver stays registered", e);
                }
            }
        }
    }
}
