package apidrive.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.logging.Level;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the tables of the schema {@code apidrive} up to this build, and refuses those of a newer one. */
public final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    /** Tells every step at length; what came of them is logged here. Held, so that the level stays. */
    private static final java.util.logging.Logger FLYWAY = java.util.logging.Logger.getLogger("org.flywaydb");
    private static final String NAME = "apidrive";
    private static final String LOCATION = "classpath:db-migrations";
    private static final String CURRENT_USER = "SELECT current_user";
    /** Asked beforehand, for Flyway would try to make the schema ten times, a second apart, before it said that it may not. */
    private static final String MAY_BEGIN = """
            SELECT to_regnamespace('apidrive') IS NOT NULL OR has_database_privilege(current_database(), 'CREATE')""";
    private static final String REFUSED = "The database schema could not be brought up to this build. Either let "
            + "APIDRIVE_JDBC_OWNER name a role that may create tables, or migrate with one first. ";

    private interface Answer<T> {
        T of(ResultSet row) throws SQLException;
    }

    private Schema() {
    }

    /**
     * Migrates as {@code owner}, granting to the role of {@code runner} what it needs; several nodes that start at once
     * take turns. Throws {@link IllegalStateException} with words for the operator when the database is newer than this
     * build or cannot be migrated.
     */
    public static void migrate(DataSource owner, DataSource runner) {
        FLYWAY.setLevel(Level.WARNING);
        if (!mayBegin(owner)) {
            throw new IllegalStateException(REFUSED + "The role may not create a schema in this database.");
        }
        Flyway flyway = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(owner)
                .locations(LOCATION)
                .schemas(NAME)
                .defaultSchema(NAME)
                .placeholders(Map.of("runner", roleOf(runner)))
                .lockRetryCount(-1)  // without end: another's migration may take hours
                .load();
        try {
            refuseNewer(flyway);
            int pending = flyway.info().pending().length;
            if (pending > 0) {
                LOG.info("schema is migrated, or another's migration is waited for, pending={}", pending);
                int steps = flyway.migrate().migrationsExecuted;
                LOG.info("schema migrated steps={} version={}", steps, flyway.info().current().getVersion());
                refuseNewer(flyway);  // for whom it waited may have been a newer build
            }
            flyway.validate();
        } catch (FlywayException e) {
            throw new IllegalStateException(REFUSED + e.getMessage(), e);
        }
    }

    private static void refuseNewer(Flyway flyway) {
        for (MigrationInfo applied : flyway.info().applied()) {
            if (applied.getState() == MigrationState.FUTURE_SUCCESS) {
                throw new IllegalStateException("The database is newer than this build: it has migration "
                        + applied.getVersion() + " (" + applied.getDescription() + "). Deploy the WAR that made it, or "
                        + "a later one; nothing was changed.");
            }
        }
    }

    private static boolean mayBegin(DataSource owner) {
        return ask(owner, MAY_BEGIN, row -> row.getBoolean(1));
    }

    private static String roleOf(DataSource runner) {
        return ask(runner, CURRENT_USER, row -> quotable(row.getString(1)));
    }

    private static <T> T ask(DataSource source, String query, Answer<T> answer) {
        return new Database(source).autocommit(connection -> {
            try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
                row.next();
                return answer.of(row);
            }
        });
    }

    /** The name stands between double quotes in the migration, where it cannot be bound. */
    private static String quotable(String role) throws SQLException {
        if (role.contains("\"") || role.contains("'") || role.contains("\\")) {
            throw new SQLException("the role " + role + " has a quote in its name", "42602");
        }
        return role;
    }
}
