package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

/** What users wait for is planned when a connection first executes it, and not again each time, which costs as much as it does. */
class PlansTest {
    private static final int EXECUTIONS = 20;
    private static final int TRIED_FIRST = 5;  // executions that PostgreSQL plans for their values, to compare
    private static final NodeId OTHER = new NodeId(new UUID(1, 1));
    private static final String READ = "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'leftover'";

    private final TestDatabase tenant = TestDatabase.migrated();
    private final Database database = new Database(tenant.runner());
    private final PostgresChunkStore store = new PostgresChunkStore(database, 100_000, MONTH);

    @BeforeEach
    void open() {
        store.openAhead(NOON);
    }

    @AfterEach
    void close() {
        tenant.close();
    }

    @Test
    void stores_are_planned_once() throws Exception {
        for (int i = 0; i < EXECUTIONS; i++) {
            store.put(List.of(Put.ofUser(chunk("alone", i), 3, List.of())), MONTH.from(NOON));
            store.put(List.of(Put.ofFresh(chunk("of a peer", i), 3, List.of())), MONTH.from(NOON));
            store.put(List.of(Put.ofFresh(chunk("owed", i), 3, List.of(OTHER))), MONTH.from(NOON));
        }

        assertThat(plannedEachTime("INSERT INTO")).isEmpty();
    }

    @Test
    void retrieves_of_few_are_planned_once() throws Exception {
        store.put(List.of(Put.ofUser(chunk("a", 1), 3, List.of()), Put.ofUser(chunk("b", 2), 3, List.of())), MONTH.from(NOON));

        for (int i = 0; i < EXECUTIONS; i++) {
            assertThat(store.get(List.of(chunk("a", 1).id(), chunk("b", 2).id()), NOON)).hasSize(2);
        }

        assertThat(plannedEachTime("SELECT")).isEmpty();
    }

    @Test
    void stores_read_nothing_of_what_many_deletions_left() {
        for (int i = 0; i < EXECUTIONS; i++) {
            store.put(List.of(Put.ofUser(chunk("before", i), 3, List.of())), MONTH.from(NOON));
        }
        tenant.execute("INSERT INTO apidrive.leftover (id, epoch) SELECT gen_random_uuid(), 1 FROM generate_series(1, 5000)");
        for (int i = 0; i < EXECUTIONS; i++) {
            store.put(List.of(Put.ofUser(chunk("after", i), 3, List.of()), Put.ofUser(chunk("and", i), 3, List.of())), MONTH.from(NOON));
        }
        database.autocommit(connection -> connection.createStatement().execute("SELECT pg_stat_force_next_flush()"));

        assertThat(tenant.number(READ)).isLessThan(EXECUTIONS);
    }

    private static Chunk chunk(String name, int number) {
        return ChunkStoreContract.chunk(name + number);
    }

    /** Statements of the one connection that this thread has used that were planned for their values more often than needed. */
    private Map<String, Integer> plannedEachTime(String word) {
        return database.autocommit(connection -> {
            Map<String, Integer> often = new HashMap<>();
            int seen = 0;
            try (Statement statement = connection.createStatement();
                 ResultSet row = statement.executeQuery("SELECT statement, custom_plans FROM pg_prepared_statements")) {
                while (row.next()) {
                    seen += row.getString(1).contains(word) ? 1 : 0;
                    if (row.getInt(2) > TRIED_FIRST) {
                        often.put(row.getString(1), row.getInt(2));
                    }
                }
            }
            assertThat(seen).isGreaterThan(1);
            return often;
        });
    }
}
