package apidrive.chunk;

import static apidrive.sql.Instants.utc;
import static apidrive.problem.Problem.CHUNK_DAMAGED;

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
import java.util.Optional;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.sql.Instants;
import apidrive.sql.SqlFailure;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** One get on one connection: one statement for the rows, one for the bytes of each epoch that they name. */
final class GetWork {
    private static final Logger LOG = LoggerFactory.getLogger(GetWork.class);
    /** Between the two statements of a read its bytes may move to another epoch, or be repaired. */
    private static final int ATTEMPTS = 3;

    private static final String SELECT_LIVE = """
            SELECT id, digest, size, epoch, expires_at, damaged_at IS NOT NULL, copies,
                   COALESCE(plain_until, expires_at)
              FROM apidrive.chunk WHERE id %s AND expires_at > ?""".formatted(Columns.AMONG);
    private static final String SELECT_BYTES = "SELECT id, data FROM %s WHERE id " + Columns.AMONG;
    private static final String MARK_DAMAGED = """
            UPDATE apidrive.chunk SET damaged_at = ? WHERE id = ? AND damaged_at IS NULL""";

    private record Row(Digest digest, int size, int copies, Instant expiresAt, Instant slidesTo) {
    }

    private final Connection connection;
    private final Instant now;
    private final Map<ChunkId, GetResult> results = new HashMap<>();

    GetWork(Connection connection, Instant now) {
        this.connection = connection;
        this.now = now;
    }

    /** As {@link ChunkStore#get}. */
    Map<ChunkId, GetResult> get(Collection<ChunkId> ids) throws SQLException {
        Collection<ChunkId> left = ids;
        for (int attempt = 1; attempt <= ATTEMPTS && !left.isEmpty(); attempt++) {
            left = attempt(left);
        }
        for (ChunkId id : left) {
            markDamaged(id);
            results.put(id, GetResult.refused(CHUNK_DAMAGED));
        }
        return results;
    }

    /** Returns those whose bytes did not match their row. */
    private List<ChunkId> attempt(Collection<ChunkId> ids) throws SQLException {
        Map<Integer, Map<ChunkId, Row>> byEpoch = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_LIVE)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            statement.setObject(2, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ChunkId id = Columns.id(row, 1);
                    if (row.getBoolean(6)) {
                        results.put(id, GetResult.refused(CHUNK_DAMAGED));
                    } else {
                        byEpoch.computeIfAbsent(row.getInt(4), epoch -> new HashMap<>()).put(id, new Row(
                                Digest.ofBytes(row.getBytes(2)), row.getInt(3), row.getInt(7), Instants.instant(row, 5),
                                Instants.instant(row, 8)));
                    }
                }
            }
        }
        List<ChunkId> unmatched = new ArrayList<>();
        for (Map.Entry<Integer, Map<ChunkId, Row>> epoch : byEpoch.entrySet()) {
            Map<ChunkId, byte[]> bytes = bytes(epoch.getKey(), epoch.getValue().keySet());
            epoch.getValue().forEach((id, row) -> {
                if (!matches(id, row, bytes.get(id))) {
                    unmatched.add(id);
                }
            });
        }
        return unmatched;
    }

    private boolean matches(ChunkId id, Row row, byte[] data) {
        if (data == null || data.length != row.size()) {
            return false;
        }
        Chunk chunk = Chunk.of(data);
        boolean matches = chunk.digest().equals(row.digest());
        if (matches) {
            results.put(id, GetResult.found(new StoredChunk(chunk, row.copies(), row.expiresAt(), row.slidesTo(), Optional.empty())));
        }
        return matches;
    }

    /** Left out are bytes that are not there, nor their whole epoch, and those that the server finds corrupt. */
    private Map<ChunkId, byte[]> bytes(int epoch, Collection<ChunkId> ids) throws SQLException {
        Map<ChunkId, byte[]> bytes = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_BYTES.formatted(Epochs.table(epoch)))) {
            statement.setArray(1, Columns.uuids(connection, ids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    bytes.put(Columns.id(row, 1), row.getBytes(2));
                }
            }
        } catch (SQLException e) {
            SqlFailure failure = new SqlFailure(e);
            if (failure.isCorruption() && ids.size() > 1) {  // one of them; the others are sound
                for (ChunkId id : ids) {
                    bytes.putAll(bytes(epoch, List.of(id)));
                }
            } else if (!failure.isCorruption() && !failure.is(SqlFailure.UNDEFINED_TABLE)) {
                throw e;
            }
        }
        return bytes;
    }

    private void markDamaged(ChunkId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MARK_DAMAGED)) {
            statement.setObject(1, utc(now));
            statement.setObject(2, id.uuid());
            statement.executeUpdate();
        }
        LOG.error("chunk damaged id={}: its bytes do not match its digest and are not served", id);
    }
}
