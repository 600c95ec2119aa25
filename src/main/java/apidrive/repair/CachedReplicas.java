package apidrive.repair;

import static apidrive.sql.Instants.utc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.StoredChunk;
import apidrive.job.Job;
import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.sql.SqlFailure;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/**
 * Chunks that other nodes keep, fetched for somebody and kept for the next who asks: rows of {@code cached_chunk}, beside
 * the slots and within a budget of their own. What was not read for longest goes first. Nobody counts on any of it: the table is
 * unlogged, so that it costs no WAL and no flush, and a crash of PostgreSQL empties it. Threads may share it.
 *
 * <p>It is also the job that evicts. Who reads notes that in memory; the job writes it, so that a read stays one statement.
 */
public final class CachedReplicas implements Job {
    static final int BATCH = 256;  // chunks a transaction: 16 MiB of dead rows at most
    static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(CachedReplicas.class);
    private static final int MOST_READ = 65_536;  // ids held: about 8 MiB of heap

    /** A row that was inserted has no xmax; one that was updated has. */
    private static final String PUT = """
            INSERT INTO apidrive.cached_chunk (id, copies, digest, data, expires_at, read_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE
               SET copies = EXCLUDED.copies, digest = EXCLUDED.digest, data = EXCLUDED.data,
                   expires_at = EXCLUDED.expires_at, read_at = EXCLUDED.read_at
            RETURNING xmax = 0""";
    private static final String GET = """
            SELECT id, copies, digest, data, expires_at
              FROM apidrive.cached_chunk WHERE id = ANY (?) AND expires_at > ?""";
    private static final String READ = """
            WITH read AS (
                SELECT id, at FROM apidrive.cached_chunk JOIN unnest(?, ?) AS one (id, at) USING (id)
                 ORDER BY id FOR UPDATE OF cached_chunk)
            UPDATE apidrive.cached_chunk SET read_at = GREATEST(read_at, read.at)
              FROM read WHERE cached_chunk.id = read.id""";
    private static final String DELETE = "DELETE FROM apidrive.cached_chunk WHERE id = ANY (?)";
    private static final String DELETE_EXPIRED = """
            WITH expired AS (
                SELECT id FROM apidrive.cached_chunk WHERE expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED)
            DELETE FROM apidrive.cached_chunk USING expired WHERE cached_chunk.id = expired.id""";
    private static final String EVICT = """
            WITH oldest AS (
                SELECT id FROM apidrive.cached_chunk ORDER BY read_at LIMIT ? FOR UPDATE SKIP LOCKED)
            DELETE FROM apidrive.cached_chunk USING oldest WHERE cached_chunk.id = oldest.id""";
    private static final String COUNT = "SELECT count(*) FROM apidrive.cached_chunk";

    /** Of what is left of a lease: a day of a month. */
    private static final int FETCHES_A_LEASE = 30;

    private final Database database;
    private final InstantSource clock;
    private final long budget;
    private final AtomicLong rows;
    private final Map<ChunkId, Instant> read = new ConcurrentHashMap<>();

    /** Keeps at most {@code budget} chunks, and for a moment up to {@link #BATCH} more; with 0 it keeps none. */
    public CachedReplicas(Database database, InstantSource clock, long budget) {
        this.database = database;
        this.clock = clock;
        this.budget = budget;
        this.rows = new AtomicLong(database.autocommit(CachedReplicas::count));
    }

    /**
     * Keeps a chunk that somebody reads now, if it can: not while eviction lags behind, nor when the database fails, for
     * who reads has the chunk already.
     */
    public void offer(StoredChunk stored) {
        if (budget == 0 || rows.get() >= budget + BATCH) {
            return;
        }
        try {
            if (database.autocommit(connection -> put(connection, stored, clock.instant()))) {
                rows.incrementAndGet();
            }
        } catch (SqlFailure failure) {
            LOG.warn("chunk not cached id={}: {}", stored.chunk().id(), failure.getMessage());
        }
    }

    /** The chunk was deleted: it is given back no more. */
    public void remove(ChunkId id) {
        rows.addAndGet(-drop(List.of(id)));
    }

    /**
     * Those of the chunks that are here, and were fetched lately enough at {@code now}, their bytes checked against their digest.
     * They seem to expire when they are to be fetched again, which renews their lease where they are kept. What fails is dropped
     * and left out: whoever asked fetches it anew.
     */
    public Map<ChunkId, StoredChunk> get(Collection<ChunkId> ids, Instant now) {
        if (budget == 0 || ids.isEmpty()) {
            return Map.of();
        }
        Map<ChunkId, StoredChunk> found = new HashMap<>();
        List<ChunkId> damaged = new ArrayList<>();
        try {
            database.autocommit(connection -> {
                read(connection, ids, now, found, damaged);
                return null;
            });
        } catch (SqlFailure failure) {
            if (!failure.isCorruption()) {
                throw failure;
            }
            damaged.addAll(ids);
            found.clear();
        }
        if (!damaged.isEmpty()) {
            LOG.warn("cached chunks dropped, their bytes or those beside them do not match count={}", damaged.size());
            rows.addAndGet(-drop(damaged));
        }
        found.keySet().forEach(id -> noteRead(id, now));
        return found;
    }

    @Override
    public String name() {
        return "cached-replicas";
    }

    @Override
    public String duty() {
        return "Evicts chunks of other nodes that were not read for longest, beyond CACHED_SLOTS";
    }

    @Override
    public Duration step(Instant now) {
        writeRead();
        int gone = database.inTransaction(connection -> deleteExpired(connection, now));
        long kept = database.autocommit(CachedReplicas::count);
        if (kept > budget) {
            gone += database.inTransaction(connection -> evict(connection, (int) Math.min(BATCH, kept - budget)));
        }
        rows.set(database.autocommit(CachedReplicas::count));
        return gone >= BATCH || rows.get() > budget && gone > 0 ? Duration.ZERO : INTERVAL;
    }

    /** Whether it is new here. */
    private static boolean put(Connection connection, StoredChunk stored, Instant now) throws SQLException {
        Chunk chunk = stored.chunk();
        try (PreparedStatement statement = connection.prepareStatement(PUT)) {
            statement.setObject(1, chunk.id().uuid());
            statement.setInt(2, stored.copies());
            statement.setBytes(3, chunk.digest().bytes());
            statement.setBytes(4, chunk.data());
            statement.setObject(5, utc(now.plus(Duration.between(now, stored.expiresAt()).dividedBy(FETCHES_A_LEASE))));
            statement.setObject(6, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static void read(Connection connection, Collection<ChunkId> ids, Instant now, Map<ChunkId, StoredChunk> found,
            List<ChunkId> damaged) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(GET)) {
            statement.setArray(1, uuids(connection, ids));
            statement.setObject(2, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ChunkId id = new ChunkId(row.getObject(1, UUID.class));
                    Optional<Chunk> chunk = checked(id, row.getBytes(3), row.getBytes(4));
                    if (chunk.isPresent()) {
                        found.put(id, new StoredChunk(chunk.get(), row.getInt(2), Instants.instant(row, 5)));
                    } else {
                        damaged.add(id);
                    }
                }
            }
        }
    }

    /** The chunk; empty where its bytes have another id or digest, or are too many. */
    private static Optional<Chunk> checked(ChunkId id, byte[] digest, byte[] data) {
        return Optional.of(data).filter(bytes -> bytes.length <= Chunk.MAX_BYTES).map(Chunk::of)
                .filter(chunk -> chunk.id().equals(id) && Arrays.equals(chunk.digest().bytes(), digest));
    }

    private void noteRead(ChunkId id, Instant now) {
        if (read.size() < MOST_READ) {
            read.put(id, now);
        }
    }

    private void writeRead() {
        List<Map.Entry<ChunkId, Instant>> batch = read.entrySet().stream().map(Map.Entry::copyOf).toList();
        if (batch.isEmpty()) {
            return;
        }
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(READ)) {
                statement.setArray(1, uuids(connection, batch.stream().map(Map.Entry::getKey).toList()));
                statement.setArray(2, connection.createArrayOf("timestamptz",
                        batch.stream().map(one -> one.getValue().toString()).toArray()));
                return statement.executeUpdate();
            }
        });
        batch.forEach(one -> read.remove(one.getKey(), one.getValue()));
    }

    private int drop(Collection<ChunkId> ids) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setArray(1, uuids(connection, ids));
                return statement.executeUpdate();
            }
        });
    }

    private static int deleteExpired(Connection connection, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE_EXPIRED)) {
            statement.setObject(1, utc(now));
            statement.setInt(2, BATCH);
            return statement.executeUpdate();
        }
    }

    private static int evict(Connection connection, int count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EVICT)) {
            statement.setInt(1, count);
            return statement.executeUpdate();
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT);
             ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Array uuids(Connection connection, Collection<ChunkId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.stream().map(ChunkId::uuid).toArray());
    }
}
