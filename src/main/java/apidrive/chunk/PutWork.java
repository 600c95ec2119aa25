package apidrive.chunk;

import static apidrive.sql.Instants.utc;
import static apidrive.problem.Problem.CHUNK_DELETED;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.sql.Instants;
import apidrive.sql.SqlFailure;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** What one put does within its transaction: inserts what is new, merges what is known, repairs what is damaged. */
final class PutWork {
    private static final Logger LOG = LoggerFactory.getLogger(PutWork.class);

    private static final String SELECT_ALL = """
            SELECT id, digest, epoch, copies, expires_at, damaged_at IS NOT NULL, size, plain_until IS NOT NULL
              FROM apidrive.chunk WHERE id = ANY (?)""";
    private static final String SELECT_BURIED = """
            SELECT chunk FROM apidrive.tombstone JOIN unnest(?, ?) AS brought (id, measured) ON chunk = brought.id
             WHERE until - brought.measured >= ?::timestamptz - ?""";
    private static final String MOVE = """
            UPDATE apidrive.chunk SET epoch = ?, expires_at = ?, copies = ?, damaged_at = NULL, digest = ?, size = ?
             WHERE id = ?""";
    /** Wherever they are: what is damaged may name an epoch that is not theirs, or one that is gone. */
    private static final String DELETE_BYTES = "DELETE FROM apidrive.chunk_data WHERE id = ?";

    /** What the database says of a chunk that a put brings. */
    private record Known(Digest digest, int epoch, int copies, Instant expiresAt, boolean damaged, int size, boolean claimed) {
    }

    private final Connection connection;
    private final Lease.Term term;
    private final SlotLedger ledger;
    private final ClaimWork claims;
    private final FreshRows rows;
    private final Map<ChunkId, PutResult> results = new HashMap<>();

    PutWork(Connection connection, Lease.Term term, SlotLedger ledger) {
        this.connection = connection;
        this.term = term;
        this.ledger = ledger;
        this.claims = new ClaimWork(connection, term);
        this.rows = new FreshRows(connection, term);
    }

    /**
     * Keeps {@code brought}, in ascending order, so that two puts lock the same rows in one order, beside other
     * transactions. False where that may take too many slots: then the transaction is to be rolled back.
     */
    boolean put(Map<ChunkId, Arrival> brought) throws SQLException {
        Map<ChunkId, Arrival> arrivals = wanted(brought);
        if (arrivals.isEmpty()) {
            return true;
        }
        FreshRows.Inserted fresh = rows.insertBesideOthers(arrivals.values());
        if (!fresh.isCounted() || !ledger.hasRoomBeside(fresh.used())) {
            return false;
        }
        List<ChunkId> inserted = fresh.ids();
        keep(inserted, arrivals);
        if (inserted.size() < arrivals.size()) {  // the others were there or are buried, or another was first with them
            List<ChunkId> others = arrivals.keySet().stream().filter(id -> !results.containsKey(id)).toList();
            Map<ChunkId, Known> known = known(others);
            refuseBuried(others.stream().filter(id -> !known.containsKey(id)).map(arrivals::get).toList());
            if (!others.stream().allMatch(id -> known.containsKey(id) || results.containsKey(id))) {
                throw sweptMeanwhile();
            }
            keepKnown(arrivals, known);
            owe(known.keySet().stream().map(arrivals::get));
        }
        return true;
    }

    /** As {@link #put} while no other transaction adds, down to the last slot. */
    void putAlone(Map<ChunkId, Arrival> brought) throws SQLException {
        Map<ChunkId, Arrival> arrivals = wanted(brought);
        SlotLedger.Permit permit = ledger.enterAlone(connection);
        Map<ChunkId, Known> known = known(arrivals.keySet());
        refuseBuried(arrivals.values().stream().filter(one -> !known.containsKey(one.id())).toList());
        List<Arrival> fresh = new ArrayList<>();
        for (Arrival arrival : arrivals.values()) {
            if (known.containsKey(arrival.id()) || results.containsKey(arrival.id())) {
                continue;
            }
            if (fresh.size() < permit.room()) {
                fresh.add(arrival);
            } else {
                results.put(arrival.id(), PutResult.refused(NO_FREE_SLOT));
            }
        }
        if (!fresh.isEmpty()) {
            List<ChunkId> inserted = rows.insert(fresh);
            keep(inserted, arrivals);
            ledger.add(connection, permit, inserted.size(), inserted.stream().mapToLong(id -> arrivals.get(id).chunk().size()).sum());
        }
        keepKnown(arrivals, known);
        owe(arrivals.values().stream());
    }

    /** What became of each chunk. */
    Map<ChunkId, PutResult> results() {
        return results;
    }

    /** Those that somebody wants; refused are the others, whose every holder has ended. */
    private Map<ChunkId, Arrival> wanted(Map<ChunkId, Arrival> brought) throws SQLException {
        if (brought.values().stream().noneMatch(one -> one.put().isClaimed())) {
            return brought;
        }
        Set<UUID> ended = claims.ended(brought.values());
        if (ended.isEmpty()) {
            return brought;
        }
        Map<ChunkId, Arrival> wanted = new TreeMap<>();
        brought.forEach((id, arrival) -> arrival.without(ended, term).ifPresentOrElse(one -> wanted.put(id, one),
                () -> results.put(id, PutResult.refused(CHUNK_DELETED))));
        return wanted;
    }

    private void keep(List<ChunkId> inserted, Map<ChunkId, Arrival> arrivals) throws SQLException {
        rows.insertBytes(inserted.stream().map(arrivals::get).toList());
        claims.write(inserted.stream().map(arrivals::get).toList());
        inserted.forEach(id -> results.put(id, PutResult.kept(arrivals.get(id).until())));
    }

    /** Peers' copies of what was deleted; {@code absent} are not kept. */
    private void refuseBuried(List<Arrival> absent) throws SQLException {
        List<Arrival> byPeers = absent.stream().filter(one -> !one.put().undoes()).toList();
        if (!byPeers.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(SELECT_BURIED)) {
                statement.setArray(1, Columns.uuids(connection, byPeers.stream().map(Arrival::id).toList()));
                statement.setArray(2, Columns.instants(connection, byPeers.stream().map(rows::measured).toList()));
                statement.setObject(3, utc(term.until()));
                statement.setObject(4, utc(term.now()));
                Columns.ids(statement).forEach(id -> results.put(id, PutResult.refused(CHUNK_DELETED)));
            }
        }
    }

    /** Merges into what was kept already, and writes anew what was damaged. */
    private void keepKnown(Map<ChunkId, Arrival> arrivals, Map<ChunkId, Known> known) throws SQLException {
        List<Held> due = new ArrayList<>();
        List<Arrival> joining = new ArrayList<>();
        for (Map.Entry<ChunkId, Known> entry : known.entrySet()) {
            Arrival arrival = arrivals.get(entry.getKey());
            Known row = entry.getValue();
            if (row.damaged()) {  // whatever its digest says: that may be what is damaged, and its bytes are lost anyhow
                repair(arrival, row);
                if (row.claimed() || arrival.put().isClaimed()) {
                    joining.add(arrival);
                }
            } else if (!row.digest().equals(arrival.chunk().digest())) {
                results.put(arrival.id(), PutResult.refused(ID_TAKEN));
            } else if (row.claimed() || arrival.put().isClaimed()) {
                joining.add(arrival);
            } else if (arrival.adds(row.copies(), row.expiresAt(), term)) {
                due.add(arrival.lease(row.expiresAt(), term));
            } else {
                results.put(arrival.id(), PutResult.kept(row.expiresAt()));
            }
        }
        join(joining);
        if (due.isEmpty()) {
            return;
        }
        Map<ChunkId, Instant> merged = Leases.merge(connection, due, Instant.EPOCH);
        merged.forEach((id, expiresAt) -> results.put(id, PutResult.kept(expiresAt)));
        if (merged.size() < due.size()) {
            Set<ChunkId> left = new HashSet<>(due.stream().map(Held::id).toList());
            left.removeAll(merged.keySet());
            Map<ChunkId, Known> again = known(left);  // renewed by somebody else, or swept in between
            if (again.size() < left.size()) {
                throw sweptMeanwhile();
            }
            again.forEach((id, row) -> results.put(id, PutResult.kept(row.expiresAt())));
            join(again.entrySet().stream().filter(one -> one.getValue().claimed()).map(one -> arrivals.get(one.getKey())).toList());
        }
    }

    /** Adds their leases to those of chunks that somebody claims, or does from now on. */
    private void join(List<Arrival> joining) throws SQLException {
        if (!joining.isEmpty()) {
            Map<ChunkId, Instant> joined = claims.join(joining);
            if (joined.size() < joining.size()) {
                throw sweptMeanwhile();
            }
            joined.forEach((id, expiresAt) -> results.put(id, PutResult.kept(expiresAt)));
        }
    }

    private Map<ChunkId, Known> known(Collection<ChunkId> ids) throws SQLException {
        Map<ChunkId, Known> known = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_ALL)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.put(Columns.id(rows, 1), new Known(Digest.ofBytes(rows.getBytes(2)), rows.getInt(3),
                            rows.getInt(4), Instants.instant(rows, 5), rows.getBoolean(6), rows.getInt(7), rows.getBoolean(8)));
                }
            }
        }
        return known;
    }

    /** Notes what is owed of those that are kept. */
    private void owe(Stream<Arrival> arrivals) throws SQLException {
        rows.owe(arrivals.filter(one -> !one.put().owed().isEmpty() && results.get(one.id()).refusal().isEmpty()).toList());
    }

    /** Its bytes go where they fall due by the lease it has from now on; a peer's never shortens the one it had. */
    private void repair(Arrival arrival, Known row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            statement.setInt(1, arrival.epoch());
            Instant until = row.expiresAt().isAfter(arrival.until()) ? row.expiresAt() : arrival.until();
            statement.setObject(2, utc(until));
            statement.setInt(3, Math.max(row.copies(), arrival.put().copies()));
            statement.setBytes(4, arrival.chunk().digest().bytes());
            statement.setInt(5, arrival.chunk().size());
            statement.setObject(6, arrival.id().uuid());
            statement.executeUpdate();
            results.put(arrival.id(), PutResult.kept(until));
        }
        try (PreparedStatement statement = connection.prepareStatement(DELETE_BYTES)) {
            statement.setObject(1, arrival.id().uuid());
            statement.executeUpdate();
        }
        rows.insertBytes(List.of(arrival));
        SlotLedger.free(connection, 0, row.size() - arrival.chunk().size());
        LOG.info("chunk repaired id={}", arrival.id());
    }

    /** Makes the transaction begin again, as PostgreSQL's own serialization failure would. */
    private static SQLException sweptMeanwhile() {
        return new SQLException("a chunk was swept while it was stored again", SqlFailure.SERIALIZATION_FAILURE);
    }
}
