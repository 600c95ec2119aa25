package apidrive.chunk;

import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NOT_READY;
import static apidrive.problem.Problem.NO_FREE_SLOT;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.sql.Database;
import apidrive.sql.SqlFailure;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Chunks as rows of {@code chunk} and {@code chunk_data}; their expiry is {@link EpochSweep}'s. */
public final class PostgresChunkStore implements ChunkStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresChunkStore.class);
    private static final int READ_ATTEMPTS = 3;  // between the two statements the bytes may move to another epoch, or be repaired
    private static final Duration OUTAGE_RETRY = Duration.ofSeconds(5);

    private static final String SELECT_ALL = """
            SELECT id, digest, epoch, expires_at, damaged_at IS NOT NULL
              FROM apidrive.chunk WHERE id = ANY (?)""";
    private static final String SELECT_LIVE = """
            SELECT digest, size, epoch, expires_at, damaged_at IS NOT NULL
              FROM apidrive.chunk WHERE id = ? AND expires_at > ?""";
    private static final String INSERT = """
            INSERT INTO apidrive.chunk (id, digest, size, epoch, stored_at, expires_at)
            SELECT fresh.id, fresh.digest, fresh.size, ?, ?, ?
              FROM unnest(?, ?, ?) AS fresh (id, digest, size)
                ON CONFLICT (id) DO NOTHING
            RETURNING id""";
    private static final String RENEW = """
            WITH due AS (
                SELECT id FROM apidrive.chunk
                 WHERE id = ANY (?) AND expires_at < ? AND expires_at > ?
                 ORDER BY id FOR UPDATE)
            UPDATE apidrive.chunk SET expires_at = ? FROM due WHERE chunk.id = due.id
            RETURNING chunk.id""";
    private static final String SELECT_EXPIRY = """
            SELECT id, expires_at FROM apidrive.chunk WHERE id = ANY (?) AND expires_at > ?""";
    private static final String MARK_DAMAGED = """
            UPDATE apidrive.chunk SET damaged_at = ? WHERE id = ? AND damaged_at IS NULL""";
    private static final String MOVE = """
            UPDATE apidrive.chunk SET epoch = ?, expires_at = ?, damaged_at = NULL, digest = ?, size = ?
             WHERE id = ?""";
    private static final String INSERT_BYTES = "INSERT INTO %s (id, epoch, data) VALUES (?, ?, ?)";
    private static final String SELECT_BYTES = "SELECT data FROM %s WHERE id = ?";
    /** Wherever they are: what is damaged may name an epoch that is not theirs, or one that is gone. */
    private static final String DELETE_BYTES = "DELETE FROM apidrive.chunk_data WHERE id = ?";

    /** What the database says of a chunk that a put brings. */
    private record Known(Digest digest, int epoch, Instant expiresAt, boolean damaged) {
    }

    private final Database database;
    private final SlotLedger ledger;
    private final Epochs epochs;
    private final EpochSweep sweep;

    /** A store that offers {@code slots} and whose partitions follow from {@code lease}. */
    public PostgresChunkStore(Database database, long slots, Lease lease) {
        this.database = database;
        this.ledger = new SlotLedger(slots);
        this.epochs = new Epochs(database, lease);
        this.sweep = new EpochSweep(database, epochs, ledger);
    }

    @Override
    public List<PutResult> put(List<Chunk> chunks, Lease.Term term) {
        int epoch = epochs.at(term.until()).orElseThrow(() -> NOT_READY.because(
                "no partition was made yet for leases that end " + term.until(), OUTAGE_RETRY)).number();
        Map<ChunkId, Chunk> distinct = new TreeMap<>();  // ascending, so that two puts lock the same rows in one order
        chunks.forEach(chunk -> distinct.putIfAbsent(chunk.id(), chunk));
        Map<ChunkId, PutResult> results = database.inTransaction(connection -> {
            Optional<SlotLedger.Permit> permit = ledger.enter(connection);
            return permit.isEmpty() ? Optional.<Map<ChunkId, PutResult>>empty()
                    : Optional.of(put(connection, permit.get(), distinct, term, epoch));
        }).orElseGet(() -> database.inTransaction(connection ->
                put(connection, ledger.enterAlone(connection), distinct, term, epoch)));
        return chunks.stream().map(chunk -> chunk.digest().equals(distinct.get(chunk.id()).digest())
                ? results.get(chunk.id()) : PutResult.refused(ID_TAKEN)).toList();
    }

    @Override
    public Optional<StoredChunk> get(ChunkId id, Instant now) {
        return database.autocommit(connection -> {
            for (int attempt = 1; ; attempt++) {
                Optional<ChunkInfo> info = Optional.empty();
                int epoch = 0;
                try (PreparedStatement statement = connection.prepareStatement(SELECT_LIVE)) {
                    statement.setObject(1, id.uuid());
                    statement.setObject(2, utc(now));
                    try (ResultSet row = statement.executeQuery()) {
                        if (row.next()) {
                            refuseDamaged(id, row.getBoolean(5));
                            info = Optional.of(info(id, row));
                            epoch = row.getInt(3);
                        }
                    }
                }
                if (info.isEmpty()) {
                    return Optional.empty();
                }
                int size = info.get().size();
                Optional<Chunk> chunk = bytes(connection, id, epoch).filter(data -> data.length == size).map(Chunk::of);
                if (chunk.isPresent() && chunk.get().digest().equals(info.get().digest())) {
                    return Optional.of(new StoredChunk(chunk.get(), info.get().expiresAt()));
                }
                if (attempt == READ_ATTEMPTS) {
                    markDamaged(connection, id, now);
                    throw damaged(id);
                }
            }
        });
    }

    @Override
    public Optional<ChunkInfo> info(ChunkId id, Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SELECT_LIVE)) {
                statement.setObject(1, id.uuid());
                statement.setObject(2, utc(now));
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    refuseDamaged(id, row.getBoolean(5));
                    return Optional.of(info(id, row));
                }
            }
        });
    }

    @Override
    public Map<ChunkId, Instant> renew(Collection<ChunkId> ids, Lease.Term term) {
        return database.inTransaction(connection -> {
            renew(connection, ids, term, term.now());
            Map<ChunkId, Instant> expiries = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(SELECT_EXPIRY)) {
                statement.setArray(1, uuids(connection, ids));
                statement.setObject(2, utc(term.now()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        expiries.put(id(rows, 1), instant(rows, 2));
                    }
                }
            }
            return expiries;
        });
    }

    @Override
    public Slots slots() {
        return new Slots(ledger.total(), database.autocommit(ledger::used));
    }

    @Override
    public boolean sweep(Instant now) {
        return sweep.step(now);
    }

    /** Makes the partitions that stores need from now on; a start does it before it serves. */
    public void openAhead(Instant now) {
        epochs.openAhead(now);
    }

    /** Whether stores at {@code term} find their partition. */
    public boolean isReady(Lease.Term term) {
        return epochs.at(term.until()).isPresent();
    }

    private Map<ChunkId, PutResult> put(Connection connection, SlotLedger.Permit permit, Map<ChunkId, Chunk> chunks,
            Lease.Term term, int epoch) throws SQLException {
        Map<ChunkId, PutResult> results = new HashMap<>();
        // Most chunks are new: where there is room for all, the insert itself finds out which are not.
        Map<ChunkId, Known> known = permit.room() >= chunks.size() ? new TreeMap<>() : known(connection, chunks.keySet());
        List<Chunk> fresh = new ArrayList<>();
        for (Chunk chunk : chunks.values()) {
            if (!known.containsKey(chunk.id())) {
                if (fresh.size() < permit.room()) {
                    fresh.add(chunk);
                } else {
                    results.put(chunk.id(), PutResult.refused(NO_FREE_SLOT));
                }
            }
        }
        if (!fresh.isEmpty()) {
            List<ChunkId> inserted = insert(connection, fresh, term, epoch);
            List<Chunk> unheard = fresh.stream().filter(chunk -> inserted.contains(chunk.id())).toList();
            if (!unheard.isEmpty()) {
                insertBytes(connection, unheard, epoch);
                ledger.add(connection, permit, unheard.size());
            }
            inserted.forEach(id -> results.put(id, PutResult.kept(term.until())));
            if (unheard.size() < fresh.size()) {  // the others were there, or another transaction was first with them
                List<ChunkId> others = fresh.stream().map(Chunk::id).filter(id -> !results.containsKey(id)).toList();
                known.putAll(known(connection, others));
                if (!known.keySet().containsAll(others)) {
                    throw new SQLException("a chunk was swept while it was stored again", "40001");
                }
            }
        }
        keepKnown(connection, chunks, known, term, epoch, results);
        return results;
    }

    /** Renews what was kept already, and writes anew what was damaged. */
    private void keepKnown(Connection connection, Map<ChunkId, Chunk> chunks, Map<ChunkId, Known> known, Lease.Term term,
            int epoch, Map<ChunkId, PutResult> results) throws SQLException {
        List<ChunkId> due = new ArrayList<>();
        for (Map.Entry<ChunkId, Known> entry : known.entrySet()) {
            Chunk chunk = chunks.get(entry.getKey());
            Known row = entry.getValue();
            if (row.damaged()) {  // whatever its digest says: that may be what is damaged, and its bytes are lost anyhow
                repair(connection, chunk, term, epoch);
                results.put(chunk.id(), PutResult.kept(term.until()));
            } else if (!row.digest().equals(chunk.digest())) {
                results.put(chunk.id(), PutResult.refused(ID_TAKEN));
            } else if (row.expiresAt().isBefore(term.renewBelow())) {
                due.add(chunk.id());
            } else {
                results.put(chunk.id(), PutResult.kept(row.expiresAt()));
            }
        }
        if (due.isEmpty()) {
            return;
        }
        List<ChunkId> renewed = renew(connection, due, term, Instant.EPOCH);
        renewed.forEach(id -> results.put(id, PutResult.kept(term.until())));
        if (renewed.size() < due.size()) {
            due.removeAll(renewed);
            Map<ChunkId, Known> again = known(connection, due);  // renewed by somebody else, or swept in between
            if (again.size() < due.size()) {
                throw new SQLException("a chunk was swept while it was stored again", "40001");
            }
            again.forEach((id, row) -> results.put(id, PutResult.kept(row.expiresAt())));
        }
    }

    private Map<ChunkId, Known> known(Connection connection, Collection<ChunkId> ids) throws SQLException {
        Map<ChunkId, Known> known = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_ALL)) {
            statement.setArray(1, uuids(connection, ids));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.put(id(rows, 1), new Known(Digest.ofBytes(rows.getBytes(2)), rows.getInt(3), instant(rows, 4),
                            rows.getBoolean(5)));
                }
            }
        }
        return known;
    }

    private List<ChunkId> insert(Connection connection, List<Chunk> chunks, Lease.Term term, int epoch)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setInt(1, epoch);
            statement.setObject(2, utc(term.now()));
            statement.setObject(3, utc(term.until()));
            statement.setArray(4, uuids(connection, chunks.stream().map(Chunk::id).toList()));
            statement.setArray(5, connection.createArrayOf("bytea",
                    chunks.stream().map(chunk -> chunk.digest().bytes()).toArray(byte[][]::new)));
            statement.setArray(6, connection.createArrayOf("integer", chunks.stream().map(Chunk::size).toArray()));
            return ids(statement);
        }
    }

    private static void insertBytes(Connection connection, List<Chunk> chunks, int epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT_BYTES.formatted(Epochs.table(epoch)))) {
            for (Chunk chunk : chunks) {
                statement.setObject(1, chunk.id().uuid());
                statement.setInt(2, epoch);
                statement.setBytes(3, chunk.data());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void repair(Connection connection, Chunk chunk, Lease.Term term, int epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            statement.setInt(1, epoch);
            statement.setObject(2, utc(term.until()));
            statement.setBytes(3, chunk.digest().bytes());
            statement.setInt(4, chunk.size());
            statement.setObject(5, chunk.id().uuid());
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(DELETE_BYTES)) {
            statement.setObject(1, chunk.id().uuid());
            statement.executeUpdate();
        }
        insertBytes(connection, List.of(chunk), epoch);
        LOG.info("chunk repaired id={}", chunk.id());
    }

    /** Renews those whose lease ends after {@code liveAt} and before it is worth renewing; returns them. */
    private static List<ChunkId> renew(Connection connection, Collection<ChunkId> ids, Lease.Term term, Instant liveAt)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setArray(1, uuids(connection, ids));
            statement.setObject(2, utc(term.renewBelow()));
            statement.setObject(3, utc(liveAt));
            statement.setObject(4, utc(term.until()));
            return ids(statement);
        }
    }

    /** The bytes in that epoch; empty when they, or the whole epoch, are not there, or the server finds them corrupt. */
    private static Optional<byte[]> bytes(Connection connection, ChunkId id, int epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT_BYTES.formatted(Epochs.table(epoch)))) {
            statement.setObject(1, id.uuid());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            SqlFailure failure = new SqlFailure(e);
            if (failure.is(SqlFailure.UNDEFINED_TABLE) || failure.isCorruption()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void markDamaged(Connection connection, ChunkId id, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MARK_DAMAGED)) {
            statement.setObject(1, utc(now));
            statement.setObject(2, id.uuid());
            statement.executeUpdate();
        }
        LOG.error("chunk damaged id={}: its bytes do not match its digest and are not served", id);
    }

    private static void refuseDamaged(ChunkId id, boolean damaged) {
        if (damaged) {
            throw damaged(id);
        }
    }

    private static apidrive.problem.ProblemException damaged(ChunkId id) {
        return CHUNK_DAMAGED.because("this node's bytes of chunk " + id + " fail their digest; fetch it from another "
                + "holder, or store it again to repair it");
    }

    private static ChunkInfo info(ChunkId id, ResultSet row) throws SQLException {
        return new ChunkInfo(id, Digest.ofBytes(row.getBytes(1)), row.getInt(2), instant(row, 4));
    }

    private static List<ChunkId> ids(PreparedStatement statement) throws SQLException {
        List<ChunkId> ids = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ids.add(id(rows, 1));
            }
        }
        return ids;
    }

    private static java.sql.Array uuids(Connection connection, Collection<ChunkId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.stream().map(ChunkId::uuid).toArray());
    }

    private static ChunkId id(ResultSet row, int column) throws SQLException {
        return new ChunkId(row.getObject(column, java.util.UUID.class));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
