package apidrive.chunk;

import static apidrive.sql.Instants.utc;
import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.ID_TAKEN;
import static apidrive.problem.Problem.NOT_READY;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import apidrive.sql.Instants;
import apidrive.sql.Database;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Chunks as rows of {@code chunk} and {@code chunk_data}; their expiry is {@link EpochSweep}'s. */
public final class PostgresChunkStore implements ChunkStore {
    private static final Duration OUTAGE_RETRY = Duration.ofSeconds(5);

    private static final String SELECT_LIVE = """
            SELECT digest, size, expires_at, damaged_at IS NOT NULL
              FROM apidrive.chunk WHERE id = ? AND expires_at > ?""";
    private static final String SELECT_EXPIRY = """
            SELECT id, expires_at FROM apidrive.chunk WHERE id = ANY (?) AND expires_at > ? AND damaged_at IS NULL""";
    private static final String COUNT_DUE = """
            SELECT count(*) FROM apidrive.chunk
             WHERE epoch IN (SELECT epoch FROM apidrive.chunk_epoch WHERE ends_at <= ?)""";

    private final Database database;
    private final SlotLedger ledger;
    private final Epochs epochs;
    private final EpochSweep sweep;

    /** A store that offers {@code slots} and whose partitions follow from {@code lease}. */
    public PostgresChunkStore(Database database, long slots, Lease lease) {
        this.database = database;
        this.ledger = new SlotLedger(slots);
        this.epochs = new Epochs(database, lease);
        this.sweep = new EpochSweep(database, epochs);
    }

    @Override
    public List<PutResult> put(List<Put> puts, Lease.Term term) {
        Map<ChunkId, Arrival> arrivals = new TreeMap<>();  // ascending, so that two puts lock the same rows in one order
        Put.distinct(puts, term).forEach((id, put) -> arrivals.put(id, arrival(put, term)));
        Map<ChunkId, PutResult> results = arrivals.isEmpty() ? Map.of() : keep(arrivals, term);
        return puts.stream().map(put -> {
            ChunkId id = put.chunk().id();
            return !put.isAlive(term) ? PutResult.refused(CHUNK_NOT_FOUND)
                    : put.isOfSameBytes(arrivals.get(id).put()) ? results.get(id) : PutResult.refused(ID_TAKEN);
        }).toList();
    }

    @Override
    public Map<ChunkId, GetResult> get(Collection<ChunkId> ids, Instant now) {
        return database.autocommit(connection -> new GetWork(connection, now).get(ids));
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
                    if (row.getBoolean(4)) {
                        throw Refusals.of(CHUNK_DAMAGED, id);
                    }
                    return Optional.of(new ChunkInfo(id, Digest.ofBytes(row.getBytes(1)), row.getInt(2),
                            Instants.instant(row, 3)));
                }
            }
        });
    }

    @Override
    public Map<ChunkId, Instant> renew(Collection<ChunkId> ids, Lease.Term term, boolean wereRead) {
        return database.inTransaction(connection -> {
            Leases.renew(connection, ids, term, term.now(), wereRead ? term.now() : null);
            Map<ChunkId, Instant> expiries = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(SELECT_EXPIRY)) {
                statement.setArray(1, Columns.uuids(connection, ids));
                statement.setObject(2, utc(term.now()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        expiries.put(Columns.id(rows, 1), Instants.instant(rows, 2));
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

    @Override
    public long due(Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COUNT_DUE)) {
                statement.setObject(1, utc(now));
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    /** Makes the partitions that stores need from now on; a start does it before it serves. */
    public void openAhead(Instant now) {
        epochs.openAhead(now);
    }

    /** Whether stores at {@code term} find their partition. */
    public boolean isReady(Lease.Term term) {
        return epochs.at(term.until()).isPresent();
    }

    private Map<ChunkId, PutResult> keep(Map<ChunkId, Arrival> arrivals, Lease.Term term) {
        return database.inTransaction(connection -> {
            PutWork work = new PutWork(connection, term, ledger);
            if (work.put(arrivals)) {
                return Optional.of(work.results());
            }
            connection.rollback();
            return Optional.<Map<ChunkId, PutResult>>empty();
        }).orElseGet(() -> database.inTransaction(connection -> {
            PutWork work = new PutWork(connection, term, ledger);
            work.putAlone(arrivals);
            return work.results();
        }));
    }

    private Arrival arrival(Put put, Lease.Term term) {
        Instant until = put.until(term);
        return new Arrival(put, until, epochs.at(until).orElseThrow(() -> NOT_READY.because(
                "no partition was made yet for leases that end " + until, OUTAGE_RETRY)).number());
    }
}
