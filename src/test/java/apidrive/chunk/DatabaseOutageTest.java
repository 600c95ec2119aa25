package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.sql.SqlFailure;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Stores and retrievals on a PostgreSQL that goes away and comes back. */
@Timeout(60)
class DatabaseOutageTest {
    private TestDatabase database;
    private HikariDataSource pool;
    private HeldChunkStore store;
    private ChunkService chunks;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
        pool = pool();
        PostgresChunkStore postgres = new PostgresChunkStore(new Database(pool), 10_000, MONTH);
        postgres.openAhead(NOON);
        store = new HeldChunkStore(postgres);
        chunks = new ChunkService(store, new PostgresInventory(new Database(pool)), () -> NOON, MONTH,
                new ChunkService.Bounds(4, 2_000, Duration.ofSeconds(20), 4, 4, 64, 0), new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        chunks.close();
        pool.close();
        database.close();
    }

    @Test
    void concurrent_stores_share_transactions() throws Exception {
        List<CompletableFuture<PutResult>> stored = submit("shared", 1_000);
        CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);

        assertThat(store.puts()).hasSizeLessThan(250);
        assertThat(chunks.slots().used()).isEqualTo(1_000);
    }

    @Test
    void everyone_who_waits_hears_of_the_outage_and_the_node_goes_on_by_itself_when_it_is_over() throws Exception {
        store("before").join();
        takeAway();
        for (CompletableFuture<PutResult> waiting : submit("during", 100)) {
            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).cause().isInstanceOfSatisfying(
                    SqlFailure.class, failure -> assertThat(failure.isOutage()).isTrue());
        }
        assertThatThrownBy(() -> chunks.retrieve(chunk("before").id())).isInstanceOfSatisfying(
                SqlFailure.class, failure -> assertThat(failure.isOutage()).isTrue());
        giveBack();

        Awaitility.await().until(() -> store("after").handle((kept, failure) -> failure == null).join());  // the pool finds its dead connections
        assertThat(chunks.retrieve(chunk("before").id()).chunk().data()).isEqualTo(chunk("before").data());
        assertThat(chunks.retrieve(chunk("after").id()).chunk().data()).isEqualTo(chunk("after").data());
        assertThat(chunks.slots().used()).isEqualTo(2);
        assertThat(chunks.waiting()).isZero();
    }

    @Test
    void a_transaction_that_is_cut_off_is_not_acknowledged_and_leaves_no_trace() throws Exception {
        store.hold();
        List<CompletableFuture<PutResult>> stored = submit("cut off", 20);
        store.awaitPut();
        takeAway();
        store.letAllThrough();
        for (CompletableFuture<PutResult> waiting : stored) {
            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).cause().isInstanceOf(SqlFailure.class);
        }
        giveBack();

        assertThat(database.number("SELECT count(*) FROM apidrive.chunk")).isZero();
        assertThat(database.number("SELECT sum(used) FROM apidrive.slot_shard")).isZero();
    }

    private CompletableFuture<PutResult> store(String text) {
        return chunks.keep(Put.ofUser(chunk(text), 3, List.of()));
    }

    private List<CompletableFuture<PutResult>> submit(String text, int count) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(number -> store(text + " " + number)).toList());
    }

    /** From now on the database lets nobody in, and those who are in are out. */
    private void takeAway() {
        allowConnections(false);
        database.executeOutside("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database.name() + "'");
    }

    private void giveBack() {
        allowConnections(true);
    }

    private void allowConnections(boolean allowed) {
        database.executeOutside("ALTER DATABASE " + database.name() + " ALLOW_CONNECTIONS " + allowed);
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(TestDatabase.RUNNER);
        config.setMaximumPoolSize(8);
        config.setConnectionTimeout(300);  // the least that the pool takes, about
        return new HikariDataSource(config);
    }
}
