package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static apidrive.chunk.ChunkStoreContract.puts;
import static apidrive.problem.Problem.NO_FREE_SLOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestDatabase;
import apidrive.job.Progress;
import apidrive.sql.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Expiry by dropping partitions, on PostgreSQL, with a clock that the test moves. */
class EpochSweepTest {
    private static final int SLOTS = 4;

    private TestDatabase database;
    private PostgresChunkStore store;
    private volatile Instant now = NOON;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
        store = storeOf(SLOTS, MONTH);
        store.openAhead(NOON);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void after_31_days_what_was_not_read_is_gone_partition_and_all_and_what_was_read_is_spared_also_when_full() {
        try (ChunkService service = new ChunkService(store, new PostgresInventory(new Database(database.runner())), () -> now, MONTH,
                new ChunkService.Bounds(2, 64, Duration.ofSeconds(5), 4, 4, 64, 0), new SimpleMeterRegistry())) {
            for (String text : List.of("read", "unread 1", "unread 2", "unread 3")) {
                service.keep(Put.ofUser(chunk(text), 3, List.of())).join();
            }
            long partition = partitionOf("read");
            now = NOON.plus(Duration.ofDays(29));
            sweepAll(store);
            assertThat(service.retrieve(chunk("read").id()).chunk().data()).isEqualTo(chunk("read").data());
            service.renewals().step(now);

            now = NOON.plus(Duration.ofDays(31));
            assertThat(put("a fifth").refusal()).as("full before the sweep").contains(NO_FREE_SLOT);
            sweepAll(store);

            assertThat(tables("chunk_data_" + partition)).isZero();
            assertThat(service.slots()).isEqualTo(new Slots(SLOTS, 1));
            assertThat(service.retrieve(chunk("read").id()).chunk().data()).isEqualTo(chunk("read").data());
            assertThat(service.find(chunk("unread 1").id())).isEmpty();
            assertThat(put("a fifth").refusal()).isEmpty();
        }
        assertCountersEqualSums();
    }

    @Test
    void a_partition_in_use_is_dropped_later_and_does_not_keep_the_next_from_being_dropped() throws SQLException {
        put("first");
        long first = partitionOf("first");
        now = NOON.plus(Duration.ofDays(2));
        store.openAhead(now);
        put("second");
        long second = partitionOf("second");
        now = NOON.plus(Duration.ofDays(40));
        try (Connection reader = database.superuser().getConnection(); Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("LOCK TABLE apidrive.chunk_data_" + first + " IN ACCESS SHARE MODE");
            long began = System.nanoTime();
            sweepAll(store);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("3 s for it once, 0.2 s in each later step").isLessThan(Duration.ofSeconds(8));
            assertThat(tables("chunk_data_" + first)).isEqualTo(1);
            assertThat(tables("chunk_data_" + second)).isZero();
        }
        sweepAll(store);
        assertThat(tables("chunk_data_" + first)).isZero();
        assertThat(store.slots().used()).isZero();
    }

    @Test
    void a_partition_that_is_in_use_for_a_second_as_by_autovacuum_is_waited_for() throws Exception {
        put("old");
        long due = partitionOf("old");
        now = NOON.plus(Duration.ofDays(33));
        Semaphore held = new Semaphore(0);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> holder = executor.submit(() -> {
            try (Connection other = database.runner().getConnection(); Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE apidrive.chunk_data_" + due + " IN ACCESS SHARE MODE");
                held.release();
                statement.execute("SELECT pg_sleep(1)");
                other.rollback();
            }
            return null;
        });
        held.acquire();
        sweepAll(store);

        assertThat(tables("chunk_data_" + due)).isZero();
        holder.get(20, TimeUnit.SECONDS);
        executor.shutdown();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void of_many_due_partitions_in_use_one_alone_is_waited_for_patiently() throws SQLException {
        now = NOON.plus(Duration.ofDays(6));
        store.openAhead(now);
        assertThat(due()).isGreaterThanOrEqualTo(5);
        try (Connection dump = database.superuser().getConnection(); Statement statement = dump.createStatement()) {
            dump.setAutoCommit(false);
            statement.execute("LOCK TABLE apidrive.chunk_data IN ACCESS SHARE MODE");
            long began = System.nanoTime();
            assertThat(store.sweep(now)).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("3 s for one, 0.2 s for each other").isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
        }
        sweepAll(store);
        assertThat(due()).isZero();
    }

    @Test
    void the_job_tells_how_many_of_the_due_chunks_it_has_come_through() {
        EpochJob job = new EpochJob(store, MONTH);
        put("first");
        put("second");
        now = NOON.plus(Duration.ofDays(1));
        put("third");
        now = NOON.plus(Duration.ofDays(33));
        List<Progress> told = new ArrayList<>();
        for (Instant at = now; job.step(at).isZero(); at = at.plusSeconds(10)) {
            job.progress().ifPresent(told::add);
        }

        assertThat(told).startsWith(new Progress(0, 3, "chunks")).contains(new Progress(2, 3, "chunks"))
                .endsWith(new Progress(3, 3, "chunks"));
        assertThat(job.progress()).isEmpty();
    }

    @Test
    void a_node_that_was_off_for_two_months_keeps_what_has_still_a_lease_and_takes_new_chunks() {
        put("old");
        database.execute("UPDATE apidrive.chunk SET expires_at = '2027-01-01'");  // renewed far beyond its epoch
        now = NOON.plus(Duration.ofDays(60));
        PostgresChunkStore year = storeOf(SLOTS, new Lease(Duration.ofDays(365)));
        sweepAll(year);

        assertThat(put(year, "new", new Lease(Duration.ofDays(365))).refusal()).isEmpty();
        assertThat(get(year, chunk("old").id(), now).orElseThrow().chunk().data()).isEqualTo(chunk("old").data());
    }

    @Test
    void another_lifetime_leaves_no_gap_between_epochs() {
        for (int days : List.of(30, 60, 1, 365, 30)) {
            storeOf(SLOTS, new Lease(Duration.ofDays(days))).openAhead(now);
            now = now.plus(Duration.ofHours(7));
        }
        assertThat(database.number("""
                SELECT count(*) FROM apidrive.chunk_epoch AS one
                 WHERE NOT EXISTS (SELECT FROM apidrive.chunk_epoch AS next WHERE next.starts_at = one.ends_at)"""))
                .as("only the last epoch has no successor").isEqualTo(1);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void while_a_dump_reads_partitions_are_not_waited_for_but_made_afterwards() throws SQLException {
        now = NOON.plus(Duration.ofDays(2));
        try (Connection dump = database.superuser().getConnection(); Statement statement = dump.createStatement()) {
            dump.setAutoCommit(false);
            statement.execute("LOCK TABLE apidrive.chunk_data IN ACCESS SHARE MODE");
            assertThat(store.sweep(now)).isFalse();
            assertThat(store.isReady(MONTH.from(now))).as("made ahead").isTrue();
            assertThat(put("new").refusal()).isEmpty();
            assertThat(store.isReady(MONTH.from(NOON.plus(Duration.ofDays(4))))).isFalse();
        }
        sweepAll(store);
        assertThat(store.isReady(MONTH.from(NOON.plus(Duration.ofDays(4))))).isTrue();
    }

    @Test
    void a_gap_that_lies_in_the_past_is_not_filled_again_and_again() {
        database.execute("TRUNCATE apidrive.chunk_epoch");
        now = NOON.plusSeconds(1);
        storeOf(SLOTS, new Lease(Duration.ofMinutes(5))).openAhead(now);
        sweepAll(store);
        now = now.plus(Duration.ofMinutes(1));
        sweepAll(store);

        assertThat(put("new").refusal()).isEmpty();
        assertThat(database.number("SELECT min(extract(epoch FROM starts_at)) FROM apidrive.chunk_epoch"))
                .isGreaterThanOrEqualTo(NOON.getEpochSecond());
    }

    @Test
    void a_due_partition_on_another_server_is_asked_for_renewed_bytes_alone_and_then_dropped() {
        put("renewed");
        put("expired");
        long due = partitionOf("renewed");
        try (TestDatabase other = TestDatabase.empty()) {
            layOut(due, other);
            now = NOON.plus(Duration.ofDays(20));
            store.openAhead(now);
            store.renew(List.of(chunk("renewed").id()), MONTH.from(now), false);
            other.execute("""
                    CREATE FUNCTION fetched(data bytea) RETURNS bytea LANGUAGE plpgsql AS $$
                    BEGIN
                        IF data = 'expired' THEN RAISE 'fetched what nobody asked for'; END IF;
                        RETURN data;
                    END $$;
                    ALTER TABLE bytes RENAME TO kept;
                    CREATE VIEW bytes AS SELECT id, epoch, fetched(data) AS data FROM kept""");
            now = NOON.plus(Duration.ofDays(31));
            sweepAll(store);

            assertThat(get(store, chunk("renewed").id(), now).orElseThrow().chunk().data())
                    .isEqualTo(chunk("renewed").data());
            assertThat(tables("chunk_data_" + due)).isZero();
            assertThat(database.number("SELECT count(*) FROM information_schema.foreign_tables")).isZero();
            assertThat(store.slots().used()).isEqualTo(1);
        }
    }

    @Test
    void two_wars_that_sweep_one_database_take_turns() throws Exception {
        List<String> kept = new ArrayList<>();
        PostgresChunkStore roomy = storeOf(5_000, MONTH);
        for (int i = 0; i < 300; i++) {
            put(roomy, "chunk " + i, MONTH);
            if (i % 3 == 0) {
                kept.add("chunk " + i);
            }
        }
        now = NOON.plus(Duration.ofDays(20));
        roomy.openAhead(now);
        roomy.renew(kept.stream().map(text -> chunk(text).id()).toList(), MONTH.from(now), false);
        now = NOON.plus(Duration.ofDays(31));
        ExecutorService wars = Executors.newFixedThreadPool(2);
        List<Future<?>> sweeps = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            sweeps.add(wars.submit(() -> sweepAll(storeOf(5_000, MONTH))));
        }
        for (Future<?> sweep : sweeps) {
            sweep.get(60, TimeUnit.SECONDS);
        }
        wars.shutdown();
        sweepAll(roomy);

        assertThat(roomy.slots().used()).isEqualTo(kept.size());
        for (String text : kept) {
            assertThat(get(roomy, chunk(text).id(), now).orElseThrow().chunk().data()).isEqualTo(chunk(text).data());
        }
        assertCountersEqualSums();
    }

    @Test
    void what_is_stored_again_while_it_is_swept_is_never_lost() throws Exception {
        PostgresChunkStore roomy = storeOf(5_000, MONTH);
        for (int i = 0; i < 500; i++) {
            put(roomy, "racing " + i, MONTH);
        }
        now = NOON.plus(Duration.ofDays(31));
        roomy.openAhead(now);
        ExecutorService writers = Executors.newFixedThreadPool(5);
        List<Future<?>> running = new ArrayList<>();
        running.add(writers.submit(() -> sweepAll(roomy)));
        for (int writer = 0; writer < 4; writer++) {
            int offset = writer;
            running.add(writers.submit(() -> {
                for (int i = offset; i < 500; i += 2) {
                    assertThat(put(roomy, "racing " + i, MONTH).refusal()).isEmpty();
                    assertThat(get(roomy, chunk("racing " + i).id(), now)).isPresent();
                }
            }));
        }
        for (Future<?> one : running) {
            one.get(60, TimeUnit.SECONDS);
        }
        writers.shutdown();
        sweepAll(roomy);

        for (int i = 0; i < 500; i++) {
            String text = "racing " + i;
            assertThat(get(roomy, chunk(text).id(), now)).as(text).isPresent();
        }
        assertCountersEqualSums();
    }

    /** As ops/spread/lay does. */
    private void layOut(long epoch, TestDatabase other) {
        other.execute("CREATE TABLE bytes (id uuid PRIMARY KEY, epoch integer, data bytea)");
        URI server = URI.create(other.jdbcUrl().substring("jdbc:".length()));
        String table = "apidrive.chunk_data_" + epoch;
        database.execute("""
                CREATE EXTENSION postgres_fdw;
                CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%1$s', port '%2$s', dbname '%3$s');
                CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (user 'postgres', password_required 'false');
                CREATE TABLE fresh (id uuid, epoch integer, data bytea) PARTITION BY LIST (epoch);
                CREATE FOREIGN TABLE at_other PARTITION OF fresh FOR VALUES IN (%4$s) SERVER other
                    OPTIONS (schema_name 'public', table_name 'bytes');
                INSERT INTO fresh SELECT id, epoch, data FROM %5$s;
                DROP TABLE %5$s;
                ALTER TABLE fresh SET SCHEMA apidrive;
                ALTER TABLE apidrive.fresh RENAME TO chunk_data_%4$s;
                GRANT SELECT, INSERT, DELETE ON %5$s TO %6$s;
                ALTER TABLE %5$s OWNER TO %7$s;
                ALTER FOREIGN TABLE at_other OWNER TO %7$s""".formatted(server.getHost(), server.getPort(),
                other.name(), epoch, table, TestDatabase.RUNNER, TestDatabase.OWNER));
    }

    private PostgresChunkStore storeOf(int slots, Lease lease) {
        return new PostgresChunkStore(new Database(database.runner()), slots, lease);
    }

    private PutResult put(String text) {
        return put(store, text, MONTH);
    }

    private PutResult put(PostgresChunkStore to, String text, Lease lease) {
        return to.put(puts(chunk(text)), lease.from(now)).get(0);
    }

    private void sweepAll(PostgresChunkStore swept) {
        for (int steps = 0; swept.sweep(now); steps++) {
            assertThat(steps).as("a sweep comes to an end").isLessThan(10_000);
        }
    }

    private long due() {
        return database.number("SELECT count(*) FROM apidrive.chunk_epoch WHERE ends_at <= '" + now + "'");
    }

    private long partitionOf(String text) {
        return database.number("SELECT epoch FROM apidrive.chunk WHERE id = '" + chunk(text).id() + "'");
    }

    private long tables(String name) {
        return database.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'apidrive' AND tablename = '" + name
                + "'");
    }

    private void assertCountersEqualSums() {
        assertThat(database.number("SELECT sum(used) FROM apidrive.slot_shard"))
                .isEqualTo(database.number("SELECT count(*) FROM apidrive.chunk"));
    }
}
