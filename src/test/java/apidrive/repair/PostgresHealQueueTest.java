package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;

class PostgresHealQueueTest extends HealQueueContract {
    private static final int PLANNED_EACH_TIME = 10;  // executions after which PostgreSQL keeps a plan for any values, and some

    private TestDatabase database;

    @Override
    HealQueue emptyQueue() {
        database = TestDatabase.migrated();
        return new PostgresHealQueue(new Database(database.runner()), SELF);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void wars_that_take_at_once_take_different_tasks_and_between_them_all() throws Exception {
        HealQueue queue = new PostgresHealQueue(new Database(database.runner()), SELF);
        queue.add(IntStream.range(0, 1_000).mapToObj(i -> need("chunk " + i, node(i % 3), node(9 + i % 2))).toList(), NOON);
        ExecutorService wars = Executors.newFixedThreadPool(4);
        Callable<List<HealQueue.Task>> war = () -> {
            HealQueue own = new PostgresHealQueue(new Database(database.runner()), SELF);
            List<HealQueue.Task> taken = new ArrayList<>();
            for (List<HealQueue.Task> some = own.take(NOON, 17, Duration.ofHours(1)); !some.isEmpty();
                    some = own.take(NOON, 17, Duration.ofHours(1))) {
                taken.addAll(some);
                own.done(some.stream().map(HealQueue.Task::need).limit(5).toList());
            }
            return taken;
        };
        List<HealQueue.Task> all = new ArrayList<>();
        for (Future<List<HealQueue.Task>> one : wars.invokeAll(List.of(war, war, war, war), 60, TimeUnit.SECONDS)) {
            all.addAll(one.get());
        }
        wars.shutdown();

        assertThat(all).hasSize(1_000).doesNotHaveDuplicates().allMatch(task -> task.attempts() == 1);
    }

    @Test
    void a_queue_that_was_empty_for_long_is_worked_off_by_its_index() {
        database.execute("ALTER TABLE apidrive.heal SET (autovacuum_enabled = false)");
        Database own = new Database(database.runner());
        HealQueue queue = new PostgresHealQueue(own, SELF);
        workOff(queue, 1);
        database.execute("VACUUM ANALYZE apidrive.heal");
        for (int i = 0; i < PLANNED_EACH_TIME; i++) {
            assertThat(workOff(queue, 0)).isZero();
        }
        queue.add(IntStream.range(0, 1_000).mapToObj(i -> need("chunk " + i, node(i % 3), node(9 + i % 2))).toList(), NOON);
        long read = rowsRead(own);

        assertThat(workOff(queue, 0)).isEqualTo(100);
        assertThat(rowsRead(own) - read).isLessThan(1_000);
    }

    /** Takes a hundred tasks at most, after so many new ones were added, puts them off and strikes them off; returns how many. */
    private static int workOff(HealQueue queue, int added) {
        queue.add(IntStream.range(0, added).mapToObj(i -> need("new " + i, node(0), node(9))).toList(), NOON);
        List<HealQueue.Need> taken = queue.take(NOON, 100, Duration.ofHours(1)).stream().map(HealQueue.Task::need).toList();
        queue.failed(taken, "away", NOON);
        queue.done(taken);
        return taken.size();
    }

    private long rowsRead(Database own) {
        own.autocommit(connection -> connection.createStatement().execute("SELECT pg_stat_force_next_flush()"));
        return database.number("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'heal'");
    }
}
