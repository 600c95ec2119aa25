package apidrive.name;

import static apidrive.name.NameWorld.NOON;
import static apidrive.name.NameWorld.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;

/** Each store of an object asks for names and puts them: by an index, and by a plan that is made once. */
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
        long before = number("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'name'");
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
        number("SELECT 1 FROM (SELECT pg_stat_force_next_flush()) AS flushed");
        assertThat(number("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'name'")).isEqualTo(before);
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
