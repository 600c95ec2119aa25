package apidrive.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestDatabase;

/** Who makes the tables, and what the role that the node runs as may do with them. */
class SchemaTest {
    private TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "CREATE TABLE apidrive.mine (id integer)",
        "CREATE TABLE public.mine (id integer)",
        "CREATE SCHEMA mine",
        "DROP TABLE apidrive.chunk",
        "DROP SCHEMA apidrive CASCADE",
        "TRUNCATE apidrive.chunk",
        "TRUNCATE apidrive.chunk_data",
        "ALTER TABLE apidrive.chunk ADD COLUMN mine integer",
        "ALTER TABLE apidrive.chunk_data SET UNLOGGED",
        "CREATE INDEX ON apidrive.chunk (size)",
        "UPDATE apidrive.chunk_data SET data = ''",
        "DELETE FROM apidrive.slot_shard",
        "DELETE FROM apidrive.name_shard",
        "ALTER TABLE apidrive.cached_chunk SET LOGGED",
        "TRUNCATE apidrive.heal",
        "DROP TABLE apidrive.tombstone",
        "DELETE FROM apidrive.chunk_epoch",
        "UPDATE apidrive.node SET id = gen_random_uuid()",
        "UPDATE apidrive.node SET key = NULL",
        "DELETE FROM apidrive.flyway_schema_history",
        "SELECT rolpassword FROM pg_authid",
        "CREATE ROLE mine",
        "SET ROLE test_owner",
        "COPY apidrive.chunk TO PROGRAM 'cat'"})
    void the_runner_may_not(String sql) {
        assertThatThrownBy(() -> run(sql)).isInstanceOfSatisfying(SqlFailure.class,
                failure -> assertThat(failure.is("42501")).as("%s: %s", sql, failure.getMessage()).isTrue());
    }

    @Test
    void the_runner_makes_and_drops_partitions_and_nothing_else_in_the_owners_name() {
        long epoch = database.number("SELECT COALESCE(max(epoch), 0) FROM apidrive.chunk_epoch");
        run("SELECT apidrive.open_epoch('2030-01-01Z', '2030-01-02Z')");
        long opened = database.number("SELECT max(epoch) FROM apidrive.chunk_epoch");
        assertThat(opened).isGreaterThan(epoch);
        run("INSERT INTO apidrive.chunk_data_" + opened + " VALUES (gen_random_uuid(), " + opened + ", 'x')");
        run("SELECT apidrive.drop_epoch(" + opened + ")");

        assertThat(database.number("SELECT count(*) FROM apidrive.chunk_epoch WHERE epoch = " + opened)).isZero();
        assertThatThrownBy(() -> run("DROP TABLE apidrive.chunk_data")).isInstanceOf(SqlFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"heal", "tombstone", "cached_chunk", "object", "upload", "lease", "unnamed_lease", "leftover", "heard_end",
        "name_content"})
    void the_runner_reads_and_writes_the_rows_of(String table) {
        run("SELECT * FROM apidrive." + table);
        run("INSERT INTO apidrive." + table + " SELECT * FROM apidrive." + table);
        run("DELETE FROM apidrive." + table);
        String column = switch (table) {
            case "heal" -> "attempts";
            case "tombstone", "lease", "unnamed_lease" -> "until";
            case "cached_chunk" -> "read_at";
            case "leftover" -> "epoch";
            case "heard_end" -> "number";
            case "name_content" -> "names";
            default -> "expires_at";
        };
        run("UPDATE apidrive." + table + " SET " + column + " = " + column);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, -1})
    void a_chunk_has_one_to_eight_copies_and_not(int copies) {
        assertThatThrownBy(() -> run("""
                INSERT INTO apidrive.chunk (id, stored_at, expires_at, epoch, size, digest, copies)
                VALUES (gen_random_uuid(), now(), now(), 1, 1, sha256('x'), %d)""".formatted(copies)))
                .isInstanceOfSatisfying(SqlFailure.class, failure -> assertThat(failure.is("23514")).isTrue());
    }

    @Test
    void a_chunk_that_was_stored_before_there_was_a_network_is_worth_three_copies() {
        run("""
                INSERT INTO apidrive.chunk (id, stored_at, expires_at, epoch, size, digest)
                VALUES (gen_random_uuid(), now(), now(), 1, 1, sha256('x'))""");

        assertThat(database.number("SELECT copies FROM apidrive.chunk")).isEqualTo(3);
    }

    @Test
    void a_partition_that_a_chunk_still_needs_is_not_dropped() {
        run("SELECT apidrive.open_epoch('2030-01-01Z', '2030-01-02Z')");
        database.execute("""
                INSERT INTO apidrive.chunk (id, stored_at, expires_at, epoch, size, digest)
                SELECT gen_random_uuid(), now(), now(), max(epoch), 1, sha256('x') FROM apidrive.chunk_epoch""");
        run("SELECT apidrive.drop_epoch((SELECT max(epoch) FROM apidrive.chunk_epoch))");

        assertThat(database.number("SELECT count(*) FROM apidrive.chunk_epoch WHERE ends_at = '2030-01-02Z'")).isOne();
    }

    @Test
    void a_database_that_is_newer_than_this_build_is_refused_and_left_as_it_is() {
        database.execute("""
                INSERT INTO apidrive.flyway_schema_history
                       (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                SELECT max(installed_rank) + 1, '999', 'from the future', 'SQL', 'V999__from_the_future.sql', 1, 'x', 1, true
                  FROM apidrive.flyway_schema_history""");
        long before = database.number("SELECT count(*) FROM apidrive.flyway_schema_history");

        assertThatThrownBy(() -> Schema.migrate(database.owner(), database.runner()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("newer than this build", "999", "from the future", "nothing was changed");
        assertThat(database.number("SELECT count(*) FROM apidrive.flyway_schema_history")).isEqualTo(before);
    }

    @Test
    void a_migration_that_was_edited_after_it_landed_is_refused() {
        database.execute("UPDATE apidrive.flyway_schema_history SET checksum = 1 WHERE version = '001'");

        assertThatThrownBy(() -> Schema.migrate(database.owner(), database.runner()))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("checksum");
    }

    @Test
    void nodes_that_migrate_one_database_at_once_take_turns() throws Exception {
        useEmpty();
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> migrations = java.util.stream.IntStream.range(0, 4).<Future<?>>mapToObj(
                node -> nodes.submit(() -> {
                    start.await();
                    Schema.migrate(database.owner(), database.runner());
                    return null;
                })).toList();
        start.countDown();
        for (Future<?> migration : migrations) {
            migration.get(60, TimeUnit.SECONDS);
        }
        nodes.shutdown();

        assertThat(database.number("SELECT count(*) FROM apidrive.flyway_schema_history WHERE version = '001'")).isOne();
        assertThat(database.number("SELECT count(*) FROM apidrive.node")).isOne();
    }

    @Test
    void of_uploads_that_an_earlier_build_began_the_names_are_asked_before_their_holders_end() {
        useEmpty();
        Flyway.configure().dataSource(database.owner()).locations("classpath:db-migrations").schemas("apidrive").defaultSchema("apidrive")
                .placeholders(Map.of("runner", TestDatabase.RUNNER)).target("030").load().migrate();
        database.execute("""
                INSERT INTO apidrive.upload (id, metadata, media_type, copies, ack, tree, tail, created_at, expires_at, root)
                SELECT sha256(own::text::bytea), '', 'text/plain', 3, 2, '', '', now(), now() + interval '1 hour',
                       CASE own WHEN 1 THEN gen_random_uuid() END FROM generate_series(1, 3) own""");
        Schema.migrate(database.owner(), database.runner());

        assertThat(database.number("SELECT count(*) FROM apidrive.upload WHERE is_naming AND root IS NULL")).isEqualTo(2);
        assertThat(database.number("SELECT count(*) FROM apidrive.upload WHERE is_naming")).isEqualTo(2);
    }

    @Test
    void on_a_migrated_database_the_runner_alone_is_enough() {
        Schema.migrate(database.runner(), database.runner());
        run("SELECT count(*) FROM apidrive.chunk");
    }

    @Test
    @Timeout(6)  // at once: Flyway would have tried for nine seconds
    void on_an_empty_database_the_runner_alone_is_refused_with_words_for_the_operator() {
        useEmpty();

        assertThatThrownBy(() -> Schema.migrate(database.runner(), database.runner()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("APIDRIVE_JDBC_OWNER", "may create tables");
        assertThat(database.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'apidrive'")).isZero();
    }

    private void useEmpty() {
        database.close();
        database = TestDatabase.empty();
    }

    private void run(String sql) {
        new Database(database.runner()).autocommit(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(sql);
            } catch (SQLException e) {
                throw new SqlFailure(e);
            }
        });
    }
}
