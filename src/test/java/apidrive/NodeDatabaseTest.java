package apidrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.config.NodeConfig;
import apidrive.config.Settings;

/** The connections of a node, to a real database. */
class NodeDatabaseTest {
    @ParameterizedTest
    @ValueSource(strings = {TestDatabase.OWNER, TestDatabase.RUNNER})
    void a_migration_takes_as_long_as_it_needs_and_a_statement_of_the_node_a_minute_also_where_one_role_does_both(String owner)
            throws SQLException {
        try (TestDatabase database = TestDatabase.migrated(); NodeDatabase opened = NodeDatabase.open(config(database, owner))) {
            assertThat(setting(opened.owner(), "statement_timeout")).isEqualTo("0");
            assertThat(setting(opened.owner(), "lock_timeout")).as("who waits for a lock has others wait behind").isEqualTo("1min");
            assertThat(setting(opened.runner(), "statement_timeout")).isEqualTo("1min");
        }
    }

    @Test
    void the_connections_of_the_owner_are_closed_before_the_node_serves() throws SQLException {
        try (TestDatabase database = TestDatabase.migrated(); NodeDatabase opened = NodeDatabase.open(config(database, TestDatabase.OWNER))) {
            opened.closeOwner();
            assertThat(database.number("SELECT count(*) FROM pg_stat_activity WHERE usename = '" + TestDatabase.OWNER
                    + "' AND datname = current_database()")).isZero();
            assertThat(setting(opened.runner(), "statement_timeout")).isEqualTo("1min");
        }
    }

    private static NodeConfig config(TestDatabase database, String owner) {
        return NodeConfig.of(Settings.of(new Properties(), Map.of("APIDRIVE_JDBC_URL", database.jdbcUrl(), "APIDRIVE_JDBC_USER",
                TestDatabase.RUNNER, "APIDRIVE_JDBC_OWNER", owner, "APIDRIVE_DATA", Path.of("target", "no-embedded-database").toString())));
    }

    private static String setting(DataSource source, String name) throws SQLException {
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }
}
