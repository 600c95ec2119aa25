package apidrive.chunk;

import static apidrive.chunk.Columns.utc;
import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NOT_READY;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;
import apidrive.sql.Database;
import apidrive.sql.SqlFailure;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Chunks as rows of {@code chunk} and {@code chunk_data}; their expiry is {@link EpochSweep}'s. */
public final class PostgresChunkStore implements ChunkStore {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresChunkStore.class);
    /** Between the two statements of a read its bytes may move to another epoch, or be repaired. */
    private static final int READ_ATTEMPTS = 3;
    private static final Duration OUTAGE_RETRY = Duration.ofSeconds(5);

    private static final String SELECT_LIVE = """
            SELECT digest, size, epoch, expires_at, damaged_at IS NOT NULL
              FROM apidrive.chunk WHERE id = ? AND expires_at > ?""";
    private static final String SELECT_EXPIRY = """
            SELECT id, expires_at FROM apidrive.chunk WHERE id = ANY (?) AND expires_at > ?""";
    private static final String MARK_DAMAGED = """
            UPDATE apidrive.chunk SET damaged_at = ? WHERE id = ? AND damaged_at IS NULL""";
    private static final String SELECT_BYTES = "SELECT data FROM %s WHERE id = ?";
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
                    : Optional.of(new PutWork(connection, term, epoch).put(distinct, permit.get(), ledger));
        }).orElseGet(() -> database.inTransaction(connection ->
                new PutWork(connection, term, epoch).put(distinct, ledger.enterAlone(connection), ledger)));
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
            Leases.renew(connection, ids, term, term.now());
            Map<ChunkId, Instant> expiries = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(SELECT_EXPIRY)) {
                statement.setArray(1, Columns.uuids(connection, ids));
                statement.setObject(2, utc(term.now()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        expiries.put(Columns.id(rows, 1), Columns.instant(rows, 2));
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

    private static ProblemException damaged(ChunkId id) {
        return CHUNK_DAMAGED.because("this node's bytes of chunk " + id + " fail their digest; fetch it from another "
                + "holder, or store it again to repair it");
    }

    private static ChunkInfo info(ChunkId id, ResultSet row) throws SQLException {
        return new ChunkInfo(id, Digest.ofBytes(row.getBytes(1)), row.getInt(2), Columns.instant(row, 4));
    }
}
