package apidrive.chunk;

import static apidrive.sql.Instants.utc;
import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NO_FREE_SLOT;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.sql.Instants;
import apidrive.sql.SqlFailure;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** What one put does within its transaction: inserts what is new, renews what is known, repairs what is damaged. */
final class PutWork {
    private static final Logger LOG = LoggerFactory.getLogger(PutWork.class);

    private static final String SELECT_ALL = """
            SELECT id, digest, epoch, expires_at, damaged_at IS NOT NULL
              FROM apidrive.chunk WHERE id = ANY (?)""";
    private static final String INSERT = """
            INSERT INTO apidrive.chunk (id, digest, size, epoch, stored_at, expires_at)
            SELECT fresh.id, fresh.digest, fresh.size, ?, ?, ?
              FROM unnest(?, ?, ?) AS fresh (id, digest, size)
                ON CONFLICT (id) DO NOTHING
            RETURNING id""";
    /**
     * Three statements in one exchange: each sees what was committed before it began, the sum thus after a row of
     * slot_shard that nobody holds was taken. Where there is none, nothing is counted, and the shard is null.
     */
    private static final String INSERT_BESIDE_OTHERS = """
            SELECT pg_advisory_xact_lock_shared(?);
            WITH added AS (%s),
                 counted AS (
                UPDATE apidrive.slot_shard SET used = used + (SELECT count(*) FROM added)
                 WHERE shard = (SELECT shard FROM apidrive.slot_shard ORDER BY shard LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING shard)
            SELECT added.id, (SELECT shard FROM counted) FROM added;
            SELECT COALESCE(sum(used), 0) FROM apidrive.slot_shard""".formatted(INSERT);
    private static final String MOVE = """
            UPDATE apidrive.chunk SET epoch = ?, expires_at = ?, damaged_at = NULL, digest = ?, size = ?
             WHERE id = ?""";
    private static final String INSERT_BYTES = "INSERT INTO %s (id, epoch, data) VALUES (?, ?, ?)";
    /** Wherever they are: what is damaged may name an epoch that is not theirs, or one that is gone. */
    private static final String DELETE_BYTES = "DELETE FROM apidrive.chunk_data WHERE id = ?";

    /** What the database says of a chunk that a put brings. */
    private record Known(Digest digest, int epoch, Instant expiresAt, boolean damaged) {
    }

    private final Connection connection;
    private final Lease.Term term;
    private final int epoch;
    private final SlotLedger ledger;
    private final Map<ChunkId, PutResult> results = new HashMap<>();

    /** Works on {@code connection}; new bytes go to {@code epoch}, that of {@code term}'s end. */
    PutWork(Connection connection, Lease.Term term, int epoch, SlotLedger ledger) {
        this.connection = connection;
        this.term = term;
        this.epoch = epoch;
        this.ledger = ledger;
    }

    /**
     * Keeps {@code chunks}, in ascending order, so that two puts lock the same rows in one order, beside other
     * transactions. False where that may take too many slots: then the transaction is to be rolled back.
     */
    boolean put(Map<ChunkId, Chunk> chunks) throws SQLException {
        List<ChunkId> inserted = new ArrayList<>();
        if (!insertBesideOthers(chunks.values(), inserted)) {
            return false;
        }
        keep(inserted, chunks);
        if (inserted.size() < chunks.size()) {  // the others were there, or another transaction was first with them
            List<ChunkId> others = chunks.keySet().stream().filter(id -> !results.containsKey(id)).toList();
            Map<ChunkId, Known> known = known(others);
            if (!known.keySet().containsAll(others)) {
                throw sweptMeanwhile();
            }
            keepKnown(chunks, known);
        }
        return true;
    }

    /** As {@link #put} while no other transaction adds, down to the last slot. */
    void putAlone(Map<ChunkId, Chunk> chunks) throws SQLException {
        SlotLedger.Permit permit = ledger.enterAlone(connection);
        Map<ChunkId, Known> known = known(chunks.keySet());
        List<Chunk> fresh = new ArrayList<>();
        for (Chunk chunk : chunks.values()) {
            if (!known.containsKey(chunk.id()) && fresh.size() < permit.room()) {
                fresh.add(chunk);
            } else if (!known.containsKey(chunk.id())) {
                results.put(chunk.id(), PutResult.refused(NO_FREE_SLOT));
            }
        }
        if (!fresh.isEmpty()) {
            keep(insert(fresh), chunks);
            ledger.add(connection, permit, fresh.size());
        }
        keepKnown(chunks, known);
    }

    /** What became of each chunk. */
    Map<ChunkId, PutResult> results() {
        return results;
    }

    private void keep(List<ChunkId> inserted, Map<ChunkId, Chunk> chunks) throws SQLException {
        if (!inserted.isEmpty()) {
            insertBytes(inserted.stream().map(chunks::get).toList());
            inserted.forEach(id -> results.put(id, PutResult.kept(term.until())));
        }
    }

    /** Renews what was kept already, and writes anew what was damaged. */
    private void keepKnown(Map<ChunkId, Chunk> chunks, Map<ChunkId, Known> known) throws SQLException {
        List<ChunkId> due = new ArrayList<>();
        for (Map.Entry<ChunkId, Known> entry : known.entrySet()) {
            Chunk chunk = chunks.get(entry.getKey());
            Known row = entry.getValue();
            if (row.damaged()) {  // whatever its digest says: that may be what is damaged, and its bytes are lost anyhow
                repair(chunk);
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
        List<ChunkId> renewed = Leases.renew(connection, due, term, Instant.EPOCH, null);
        renewed.forEach(id -> results.put(id, PutResult.kept(term.until())));
        if (renewed.size() < due.size()) {
            due.removeAll(renewed);
            Map<ChunkId, Known> again = known(due);  // renewed by somebody else, or swept in between
            if (again.size() < due.size()) {
                throw sweptMeanwhile();
            }
            again.forEach((id, row) -> results.put(id, PutResult.kept(row.expiresAt())));
        }
    }

    private Map<ChunkId, Known> known(Collection<ChunkId> ids) throws SQLException {
        Map<ChunkId, Known> known = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_ALL)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.put(Columns.id(rows, 1), new Known(Digest.ofBytes(rows.getBytes(2)), rows.getInt(3), Instants.instant(rows, 4),
                            rows.getBoolean(5)));
                }
            }
        }
        return known;
    }

    private List<ChunkId> insert(List<Chunk> chunks) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            bind(statement, 1, chunks);
            return Columns.ids(statement);
        }
    }

    /** Whether so many could be; adds those that are new to {@code inserted}. */
    private boolean insertBesideOthers(Collection<Chunk> chunks, List<ChunkId> inserted) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT_BESIDE_OTHERS)) {
            statement.setLong(1, SlotLedger.LOCK);
            bind(statement, 2, chunks);
            statement.execute();
            statement.getMoreResults();
            boolean isCounted = true;
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    inserted.add(Columns.id(rows, 1));
                    isCounted = rows.getObject(2) != null;
                }
            }
            statement.getMoreResults();
            try (ResultSet sum = statement.getResultSet()) {
                sum.next();
                return isCounted && ledger.hasRoomBeside(sum.getLong(1));
            }
        }
    }

    private void bind(PreparedStatement statement, int first, Collection<Chunk> chunks) throws SQLException {
        statement.setInt(first, epoch);
        statement.setObject(first + 1, utc(term.now()));
        statement.setObject(first + 2, utc(term.until()));
        statement.setArray(first + 3, Columns.uuids(connection, chunks.stream().map(Chunk::id).toList()));
        statement.setArray(first + 4, connection.createArrayOf("bytea",
                chunks.stream().map(chunk -> chunk.digest().bytes()).toArray(byte[][]::new)));
        statement.setArray(first + 5, connection.createArrayOf("integer", chunks.stream().map(Chunk::size).toArray()));
    }

    private void insertBytes(List<Chunk> chunks) throws SQLException {
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

    private void repair(Chunk chunk) throws SQLException {
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
        insertBytes(List.of(chunk));
        LOG.info("chunk repaired id={}", chunk.id());
    }

    /** Makes the transaction begin again, as PostgreSQL's own serialization failure would. */
    private static SQLException sweptMeanwhile() {
        return new SQLException("a chunk was swept while it was stored again", SqlFailure.SERIALIZATION_FAILURE);
    }
}
