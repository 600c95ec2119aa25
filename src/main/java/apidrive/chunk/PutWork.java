package apidrive.chunk;

import static apidrive.chunk.Columns.utc;
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
    private final Map<ChunkId, PutResult> results = new HashMap<>();

    /** Works on {@code connection}; new bytes go to {@code epoch}, that of {@code term}'s end. */
    PutWork(Connection connection, Lease.Term term, int epoch) {
        this.connection = connection;
        this.term = term;
        this.epoch = epoch;
    }

    /** Keeps {@code chunks} within {@code permit}, in ascending order, so that two puts lock the same rows in one order. */
    Map<ChunkId, PutResult> put(Map<ChunkId, Chunk> chunks, SlotLedger.Permit permit, SlotLedger ledger)
            throws SQLException {
        // Most chunks are new: where there is room for all, the insert itself finds out which are not.
        Map<ChunkId, Known> known = permit.room() >= chunks.size() ? new TreeMap<>() : known(chunks.keySet());
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
            List<ChunkId> inserted = insert(fresh);
            List<Chunk> unheard = fresh.stream().filter(chunk -> inserted.contains(chunk.id())).toList();
            if (!unheard.isEmpty()) {
                insertBytes(unheard);
                ledger.add(connection, permit, unheard.size());
            }
            inserted.forEach(id -> results.put(id, PutResult.kept(term.until())));
            if (unheard.size() < fresh.size()) {  // the others were there, or another transaction was first with them
                List<ChunkId> others = fresh.stream().map(Chunk::id).filter(id -> !results.containsKey(id)).toList();
                known.putAll(known(others));
                if (!known.keySet().containsAll(others)) {
                    throw sweptMeanwhile();
                }
            }
        }
        keepKnown(chunks, known);
        return results;
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
        List<ChunkId> renewed = Leases.renew(connection, due, term, Instant.EPOCH);
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
                    known.put(Columns.id(rows, 1), new Known(Digest.ofBytes(rows.getBytes(2)), rows.getInt(3), Columns.instant(rows, 4),
                            rows.getBoolean(5)));
                }
            }
        }
        return known;
    }

    private List<ChunkId> insert(List<Chunk> chunks) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setInt(1, epoch);
            statement.setObject(2, utc(term.now()));
            statement.setObject(3, utc(term.until()));
            statement.setArray(4, Columns.uuids(connection, chunks.stream().map(Chunk::id).toList()));
            statement.setArray(5, connection.createArrayOf("bytea",
                    chunks.stream().map(chunk -> chunk.digest().bytes()).toArray(byte[][]::new)));
            statement.setArray(6, connection.createArrayOf("integer", chunks.stream().map(Chunk::size).toArray()));
            return Columns.ids(statement);
        }
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
