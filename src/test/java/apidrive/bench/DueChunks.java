package apidrive.bench;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

import com.zaxxer.hikari.HikariDataSource;

import apidrive.chunk.Lease;
import apidrive.chunk.PostgresChunkStore;
import apidrive.sql.Database;

/** Many chunks of one database whose leases run out at once, and a plain table with the same bytes. */
final class DueChunks implements AutoCloseable {
    static final String NAME = "bench_expiry";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long PAUSE_MILLIS = 20;  // between steps that found a table in use
    private static final Lease LEASE = new Lease(Duration.ofDays(30));
    private static final String COPY = """
            CREATE TABLE plain (id uuid PRIMARY KEY, expires_at timestamptz NOT NULL, data bytea NOT NULL);
            ALTER TABLE plain ALTER COLUMN data SET STORAGE EXTERNAL;
            CREATE INDEX plain_by_expiry ON plain (expires_at);
            INSERT INTO plain SELECT id, now() - interval '1 hour', data FROM apidrive.chunk_data""";
    /** Chunks of twice the lifetime are in epochs of their own; a hundred days earlier those are due. */
    private static final String MAKE_DUE = """
            UPDATE apidrive.chunk SET expires_at = expires_at - interval '100 days' WHERE expires_at > now() + interval '45 days';
            UPDATE apidrive.chunk_epoch SET starts_at = starts_at - interval '100 days', ends_at = ends_at - interval '100 days'
             WHERE epoch IN (SELECT epoch FROM apidrive.chunk WHERE expires_at < now())""";
    private static final String DUE_CHUNKS = """
            SELECT count(*) FROM apidrive.chunk JOIN apidrive.chunk_epoch USING (epoch) WHERE ends_at <= now()""";
    private static final String DUE_EPOCHS = "SELECT count(*) FROM apidrive.chunk_epoch WHERE ends_at <= now()";
    private static final String WAL = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn";

    private final Stage stage;
    private final Databases databases;
    private final int count;
    private final HikariDataSource pool;

    /** Stores {@code count} chunks through a node, in a folder of its own below {@code folder}. */
    DueChunks(Stage stage, Databases databases, Path folder, int count) throws Exception {
        this.stage = stage;
        this.databases = databases.with(NAME);
        this.count = count;
        try (NodeProcess node = node(folder.resolve("long"), "--lifetime=P60D")) {
            new NodeHost("node", new Lazy<>(() -> node)).fill(count);
        }
        databases.execute(NAME, COPY);
        this.pool = databases.pool(NAME, 2);
    }

    /** A node that stores into other epochs and retrieves from the database. */
    NodeProcess node(Path folder) throws Exception {
        return node(folder, "--lifetime=P30D", "--cache-bytes=0");
    }

    /** From now on all of them may go. */
    void makeDue() throws SQLException {
        databases.execute(NAME, MAKE_DUE, "VACUUM ANALYZE apidrive.chunk");
        databases.checkpoint();
        if (databases.number(NAME, DUE_CHUNKS) != count) {
            throw new IllegalStateException("other chunks are due than those that were stored for it");
        }
    }

    /** The node's way: what its own job does, without the pause between its looks. */
    void sweep() throws Exception {
        PostgresChunkStore store = new PostgresChunkStore(new Database(pool), Long.MAX_VALUE, LEASE);
        Instant until = Instant.now().plus(PATIENCE);
        while (databases.number(NAME, DUE_EPOCHS) > 0) {
            if (!store.sweep(Instant.now())) {
                Thread.sleep(PAUSE_MILLIS);
            }
            if (Instant.now().isAfter(until)) {
                throw new IllegalStateException("epochs that are due are still there");
            }
        }
    }

    /** The plain table's way. */
    void deleteAndVacuum() throws SQLException {
        databases.execute(NAME, "DELETE FROM plain WHERE expires_at <= now()", "VACUUM plain");
    }

    long databaseBytes() throws SQLException {
        return databases.bytes(NAME);
    }

    /** Bytes of WAL written so far. */
    long walBytes() throws SQLException {
        return databases.number(NAME, WAL);
    }

    @Override
    public void close() {
        pool.close();
    }

    private NodeProcess node(Path folder, String... options) throws Exception {
        return new NodeProcess(folder, databases, NAME, stage.options(options));
    }
}
