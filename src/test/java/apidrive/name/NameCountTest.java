package apidrive.name;

import static apidrive.name.NameWorld.NOON;
import static apidrive.name.NameWorld.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestDatabase;
import apidrive.manifest.StoredObject;
import apidrive.sql.Database;

/** What names stand for is counted as they are written. */
class NameCountTest {
    private static final int STEPS = 150;  // of each thread
    private static final int NAMES = 40;
    private static final int CONTENTS = 12;  // so few that many names mean the same
    /** Counted as somebody would who knows the rows alone. */
    private static final String DIFFERENCE = """
            WITH counting AS (
                SELECT root_sha256, size FROM apidrive_view.names
                 WHERE is_newest AND NOT is_deleted AND (holder IS NOT NULL OR namespace NOT IN ('sha1', 'sha256', 'sha512')))
            SELECT abs(names - (SELECT count(*) FROM counting))
                 + abs(logical_bytes - (SELECT COALESCE(sum(size), 0) FROM counting))
                 + abs(content_bytes - (SELECT COALESCE(sum(size), 0) FROM (SELECT DISTINCT root_sha256, size FROM counting) AS contents))
                 + abs(shared_bytes - logical_bytes + content_bytes)
              FROM apidrive_view.usage""";

    private final TestDatabase database = TestDatabase.migrated();
    private final NameTable table = new NameTable(new Database(database.runner()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void bytes_count_once_for_each_name_and_once_for_each_content_and_hashes_only_where_they_keep_it() {
        StoredObject five = object("12345");
        put(NameRecord.of(new NameKey("files", "a"), 1, five, Map.of(), NOON, Optional.of(new UUID(7, 1))));
        put(NameRecord.of(new NameKey("files", "b"), 1, five, Map.of(), NOON));
        put(NameRecord.of(HashNames.sha256(five.digests().sha256()), 1, five, Map.of(), NOON));
        assertThat(usage()).containsExactly(2, 10, 5, 5);

        put(NameRecord.of(HashNames.sha256(five.digests().sha256()), 2, five, Map.of(), NOON, Optional.of(new UUID(7, 2))));
        assertThat(usage()).as("stored without a name as well").containsExactly(3, 15, 5, 10);
        put(NameRecord.of(new NameKey("files", "b"), 2, object("123"), Map.of(), NOON));
        assertThat(usage()).as("means another").containsExactly(3, 13, 8, 5);
        put(NameRecord.of(new NameKey("files", "b"), 1, object("late"), Map.of(), NOON));
        assertThat(usage()).as("an older version").containsExactly(3, 13, 8, 5);
        put(NameRecord.deleted(new NameKey("files", "a"), 2, NOON));
        put(NameRecord.deleted(HashNames.sha256(five.digests().sha256()), 3, NOON));
        assertThat(usage()).as("nothing means the first any more").containsExactly(1, 3, 3, 0);
        table.release(table.versions(new NameKey("files", "b")).stream().map(NameRecord::mark).toList());
        assertThat(usage()).as("handed over").containsExactly(0, 0, 0, 0);
        assertThat(database.number("SELECT count(*) FROM apidrive.name_content")).isZero();
    }

    @Test
    @Timeout(90)
    void equals_the_names_kept_at_every_moment_while_several_put_delete_and_hand_over() throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool();
        List<Future<?>> working = new ArrayList<>();
        AtomicInteger versions = new AtomicInteger();
        for (int worker = 0; worker < 6; worker++) {
            NameTable one = worker % 2 == 0 ? table : new NameTable(new Database(database.runner()));
            Random random = new Random(worker);
            working.add(executor.submit((Callable<Void>) () -> {
                for (int i = 0; i < STEPS; i++) {
                    step(one, random, versions);
                }
                return null;
            }));
        }
        int looks = 0;
        for (; working.stream().anyMatch(work -> !work.isDone()); looks++) {
            assertThat(database.number(DIFFERENCE)).isZero();
        }
        for (Future<?> work : working) {
            work.get(1, TimeUnit.SECONDS);
        }
        executor.shutdown();

        assertThat(looks).isPositive();
        assertThat(database.number(DIFFERENCE)).isZero();
        assertThat(database.number("SELECT shared_bytes FROM apidrive_view.usage")).isPositive();
        assertThat(database.number("SELECT count(*) FROM apidrive.name_content WHERE names < 1")).isZero();
    }

    @Test
    @Timeout(60)
    void who_finds_all_rows_of_the_count_held_waits_for_one() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> putting = new Database(database.superuser()).inTransaction(connection -> {
            connection.createStatement().execute("SELECT FROM apidrive.name_shard FOR UPDATE");
            Future<?> put = executor.submit(() -> put(NameRecord.of(new NameKey("files", "a"), 1, object("12345"), Map.of(), NOON)));
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> database.number("SELECT count(*) FROM pg_stat_activity"
                    + " WHERE wait_event = 'transactionid' AND query LIKE '%name_shard%' AND datname = current_database()") > 0);
            assertThat(put).isNotDone();
            return put;
        });
        putting.get(10, TimeUnit.SECONDS);
        executor.shutdown();
        assertThat(usage()).containsExactly(1, 5, 5, 0);
    }

    private static void step(NameTable table, Random random, AtomicInteger versions) {
        if (random.nextInt(6) == 0) {
            table.release(table.versions(key(random)).stream().limit(1 + random.nextInt(3)).map(NameRecord::mark).toList());
            return;
        }
        List<NameRecord> some = IntStream.range(0, 1 + random.nextInt(8)).mapToObj(i -> record(random, versions)).toList();
        table.put(some, Set.of(), NOON);
    }

    private static NameRecord record(Random random, AtomicInteger versions) {
        int version = Math.max(0, versions.incrementAndGet() - random.nextInt(60));  // some come late
        NameKey key = key(random);
        if (random.nextInt(4) == 0) {
            return NameRecord.deleted(key, version, NOON);
        }
        StoredObject object = object("x".repeat(1 + random.nextInt(CONTENTS)));
        boolean isHash = random.nextInt(3) == 0;
        Optional<UUID> holder = random.nextBoolean() ? Optional.of(new UUID(random.nextLong(), 1)) : Optional.empty();
        return NameRecord.of(isHash ? HashNames.sha256(object.digests().sha256()) : key, version, object, Map.of(), NOON, holder);
    }

    private static NameKey key(Random random) {
        return new NameKey("files", "name " + random.nextInt(NAMES));
    }

    private void put(NameRecord record) {
        table.put(List.of(record), Set.of(), NOON);
    }

    /** Names, logical, content and shared bytes. */
    private List<Integer> usage() {
        return List.of("names", "logical_bytes", "content_bytes", "shared_bytes").stream()
                .map(column -> (int) database.number("SELECT " + column + " FROM apidrive_view.usage")).toList();
    }
}
