package apidrive.name;

import static apidrive.name.NameWorld.NOON;
import static apidrive.name.NameWorld.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;

/** What is asked of names often is answered by an index; each store of an object by a plan that is made once. */
class NamePlansTest {
    private static final int EXECUTIONS = 20;

    private final TestDatabase tenant = TestDatabase.migrated();
    private final Database database = new Database(tenant.runner());
    private final NameTable table = new NameTable(database);

    @AfterEach
    void close() {
        tenant.close();
    }

    @Test
    void names_are_asked_for_and_put_by_kept_plans_that_read_no_more_when_a_table_fills_that_was_empty() {
        long before = scans();
        for (int i = 0; i < EXECUTIONS; i++) {
            NameKey key = new NameKey("files", "name " + i);
            assertThat(table.newest(List.of(key))).isEmpty();
            table.put(List.of(NameRecord.of(key, 1, object("one"), Map.of(), NOON)), Set.of(), NOON);
            table.put(List.of(NameRecord.of(key, 2, object("two"), Map.of(), NOON)), Set.of(), NOON);
            assertThat(table.newest(List.of(key)).get(key).version()).isEqualTo(2);
        }

        assertThat(texts("SELECT statement FROM pg_prepared_statements WHERE custom_plans > 0 AND statement LIKE '%apidrive.name%'"))
                .isEmpty();
        assertThat(texts("SELECT statement FROM pg_prepared_statements WHERE generic_plans >= " + EXECUTIONS
                + " AND statement LIKE '%apidrive.name%'")).hasSizeGreaterThanOrEqualTo(3);
        assertThat(scans()).isEqualTo(before);
    }

    @Test
    void whether_a_name_is_kept_for_somebody_is_told_without_reading_all_names() {
        Claimants claimants = new Claimants(database);
        List<UUID> holders = new ArrayList<>();
        for (int i = 0; i < EXECUTIONS; i++) {
            UUID holder = new UUID(1, i);
            holders.add(holder);
            table.put(List.of(NameRecord.of(new NameKey("files", "name " + i), 1, object("one"), Map.of(), NOON,
                    new Keeper(Optional.of(holder), Optional.empty()))), Set.of(), NOON);
        }
        long before = scans();

        assertThat(claimants.wanted(holders)).containsExactlyInAnyOrderElementsOf(holders);
        assertThat(claimants.wanted(List.of(new UUID(2, 0)))).isEmpty();
        assertThat(scans()).isEqualTo(before);
    }

    private long scans() {
        number("SELECT 1 FROM (SELECT pg_stat_force_next_flush()) AS flushed");
        return number("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'name'");
    }

    private long number(String query) {
        return Long.parseLong(texts(query).get(0));
    }

    /** On the connection that this thread has used before. */
    private List<String> texts(String query) {
        return database.autocommit(connection -> {
            List<String> texts = new ArrayList<>();
            try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
                while (row.next()) {
                    texts.add(row.getString(1));
                }
            }
            return texts;
        });
    }
}
