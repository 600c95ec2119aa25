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
import java.util.stream.Collectors;

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
    /**
     * Whether a tombstone is in force against it is looked up for what peers bring alone: users undo it. Intervals are compared,
     * for added to an instant a day of them may have 23 or 25 hours.
     */
    private static final String INSERT = """
            INSERT INTO apidrive.chunk (id, digest, size, copies, epoch, expires_at, plain_until, stored_at)
            SELECT fresh.id, fresh.digest, fresh.size, fresh.copies, fresh.epoch, fresh.expires_at, fresh.plain_until, ?
              FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) AS fresh (id, digest, size, copies, epoch, expires_at, plain_until, measured)
             WHERE fresh.measured IS NULL
                OR NOT EXISTS (SELECT FROM apidrive.tombstone
                                WHERE chunk = fresh.id AND until - fresh.measured >= ?::timestamptz - ?)
                ON CONFLICT (id) DO NOTHING
            RETURNING id, size""";
    private static final String OWE = """
            INSERT INTO apidrive.heal (chunk, node, made_at, due_at)
            SELECT owed.chunk, owed.node, ?, ? FROM unnest(?, ?) AS owed (chunk, node)""";
    private static final String UNLESS_KNOWN = " ON CONFLICT DO NOTHING";
    /**
     * Three statements in one exchange: each sees what was committed before it began, the sum thus after a row of
     * slot_shard that nobody holds was taken, and what was left of chunks once they were inserted anew. Where there is no such row,
     * nothing is counted, and the shard is null. One plan serves all of a transaction's statements, however few chunks they bring: to
     * plan them each time takes as long as they do. What is left is looked up chunk by chunk (OFFSET keeps it so): a plan made while
     * there was nothing would read all of it.
     */
    private static final String INSERT_BESIDE_OTHERS = """
            SELECT pg_advisory_xact_lock_shared(?), set_config('plan_cache_mode', 'force_generic_plan', true);
            WITH added AS (%s),
                 unburied AS (DELETE FROM apidrive.tombstone USING added WHERE tombstone.chunk = added.id),%s
                 counted AS (
                UPDATE apidrive.slot_shard SET used = used + (SELECT count(*) FROM added),
                                               bytes = bytes + (SELECT COALESCE(sum(size), 0) FROM added)
                 WHERE shard = (SELECT shard FROM apidrive.slot_shard ORDER BY shard LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING shard)
            SELECT added.id, (SELECT shard FROM counted) FROM added;
            SELECT COALESCE(sum(used), 0),
                   EXISTS (SELECT FROM unnest(?) AS stored (id)
                            WHERE EXISTS (SELECT FROM apidrive.leftover WHERE leftover.id = stored.id OFFSET 0))
              FROM apidrive.slot_shard""";
    private static final String INSERT_OWING_NOTHING = INSERT_BESIDE_OTHERS.formatted(INSERT, "");
    private static final String INSERT_OWING = INSERT_BESIDE_OTHERS.formatted(INSERT,
            "noted AS (" + OWE + " JOIN added ON added.id = owed.chunk" + UNLESS_KNOWN + "),");
    private static final String UNBURY = "DELETE FROM apidrive.tombstone WHERE chunk = ANY (?)";
    private static final String MOVE = """
            UPDATE apidrive.chunk SET epoch = ?, expires_at = ?, copies = ?, damaged_at = NULL, digest = ?, size = ?
             WHERE id = ?""";
    private static final String INSERT_BYTES = "INSERT INTO %s (id, epoch, data) VALUES (?, ?, ?)";
    /** Wherever they are: what is damaged may name an epoch that is not theirs, or one that is gone. */
    private static final String DELETE_BYTES = "DELETE FROM apidrive.chunk_data WHERE id = ?";

    /** What the database says of a chunk that a put brings. */
    private record Known(Digest digest, int epoch, int copies, Instant expiresAt, boolean damaged, int size, boolean claimed) {
    }

    private final Connection connection;
    private final Lease.Term term;
    private final SlotLedger ledger;
    private final ClaimWork claims;
    private final Map<ChunkId, PutResult> results = new HashMap<>();

    PutWork(Connection connection, Lease.Term term, SlotLedger ledger) {
        this.connection = connection;
        this.term = term;
        this.ledger = ledger;
        this.claims = new ClaimWork(connection, term);
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
        List<ChunkId> inserted = new ArrayList<>();
        if (!insertBesideOthers(arrivals.values(), inserted)) {
            return false;
        }
        keep(inserted, arrivals);
        if (inserted.size() < arrivals.size()) {  // the others were there or are buried, or another was first with them
            List<ChunkId> others = arrivals.keySet().stream().filter(id -> !results.containsKey(id)).toList();
            Map<ChunkId, Known> known = known(others);
            refuseBuried(others.stream().filter(id -> !known.containsKey(id)).map(arrivals::get).toList());
            if (!others.stream().allMatch(id -> known.containsKey(id) || results.containsKey(id))) {
                throw sweptMeanwhile();
            }
            keepKnown(arrivals, known);
            owe(known.keySet().stream().map(arrivals::get).toList());
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
            List<ChunkId> inserted = insert(fresh);
            unbury(inserted);
            Leftovers.clear(connection, inserted);
            keep(inserted, arrivals);
            ledger.add(connection, permit, inserted.size(), inserted.stream().mapToLong(id -> arrivals.get(id).chunk().size()).sum());
        }
        keepKnown(arrivals, known);
        owe(arrivals.values());
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
        Map<Integer, List<Arrival>> byEpoch = inserted.stream().map(arrivals::get)
                .collect(Collectors.groupingBy(Arrival::epoch, TreeMap::new, Collectors.toList()));
        for (Map.Entry<Integer, List<Arrival>> epoch : byEpoch.entrySet()) {
            insertBytes(epoch.getKey(), epoch.getValue());
        }
        claims.write(inserted.stream().map(arrivals::get).toList());
        inserted.forEach(id -> results.put(id, PutResult.kept(arrivals.get(id).until())));
    }

    /** Peers' copies of what was deleted; {@code absent} are not kept. */
    private void refuseBuried(List<Arrival> absent) throws SQLException {
        List<Arrival> byPeers = absent.stream().filter(one -> !one.put().undoes()).toList();
        if (!byPeers.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(SELECT_BURIED)) {
                statement.setArray(1, Columns.uuids(connection, byPeers.stream().map(Arrival::id).toList()));
                statement.setArray(2, Columns.instants(connection, byPeers.stream().map(this::measured).toList()));
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

    private List<ChunkId> insert(List<Arrival> arrivals) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            bind(statement, 1, arrivals);
            return Columns.ids(statement);
        }
    }

    /** Whether so many could be; adds those that are new to {@code inserted}. */
    private boolean insertBesideOthers(Collection<Arrival> arrivals, List<ChunkId> inserted) throws SQLException {
        boolean owes = arrivals.stream().anyMatch(arrival -> !arrival.put().owed().isEmpty());
        try (PreparedStatement statement = connection.prepareStatement(owes ? INSERT_OWING : INSERT_OWING_NOTHING)) {
            statement.setLong(1, SlotLedger.LOCK);
            int next = bind(statement, 2, arrivals);
            if (owes) {
                next = bindOwed(statement, next, arrivals);
            }
            statement.setArray(next, Columns.uuids(connection, arrivals.stream().map(Arrival::id).toList()));
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
                if (sum.getBoolean(2)) {
                    Leftovers.clear(connection, inserted);
                }
                return isCounted && ledger.hasRoomBeside(sum.getLong(1));
            }
        }
    }

    /** Returns the number of the parameter after these. */
    private int bind(PreparedStatement statement, int first, Collection<Arrival> arrivals) throws SQLException {
        statement.setObject(first, utc(term.now()));
        statement.setArray(first + 1, Columns.uuids(connection, arrivals.stream().map(Arrival::id).toList()));
        statement.setArray(first + 2, connection.createArrayOf("bytea",
                arrivals.stream().map(arrival -> arrival.chunk().digest().bytes()).toArray(byte[][]::new)));
        statement.setArray(first + 3, Columns.integers(connection, arrivals.stream().map(one -> one.chunk().size()).toList()));
        statement.setArray(first + 4, Columns.smallints(connection, arrivals.stream().map(one -> one.put().copies()).toList()));
        statement.setArray(first + 5, Columns.integers(connection, arrivals.stream().map(Arrival::epoch).toList()));
        statement.setArray(first + 6, Columns.instants(connection, arrivals.stream().map(Arrival::until).toList()));
        statement.setArray(first + 7, Columns.instants(connection, arrivals.stream()
                .map(one -> one.put().isClaimed() ? one.put().plainAt(term) : null).toList()));
        statement.setArray(first + 8, Columns.instants(connection, arrivals.stream().map(this::measured).toList()));
        statement.setObject(first + 9, utc(term.until()));
        statement.setObject(first + 10, utc(term.now()));
        return first + 11;
    }

    /** Null where no deletion stands against it. */
    private Instant measured(Arrival arrival) {
        return arrival.put().measured(term).orElse(null);
    }

    /** Notes what is owed of those that are kept. */
    private void owe(Collection<Arrival> arrivals) throws SQLException {
        List<Arrival> owing = arrivals.stream().filter(one -> !one.put().owed().isEmpty()
                && results.get(one.id()).refusal().isEmpty()).toList();
        if (!owing.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(OWE + UNLESS_KNOWN)) {
                bindOwed(statement, 1, owing);
                statement.executeUpdate();
            }
        }
    }

    /** As {@link #bind}. */
    private int bindOwed(PreparedStatement statement, int first, Collection<Arrival> arrivals) throws SQLException {
        List<ChunkId> chunks = arrivals.stream().flatMap(one -> one.put().owed().stream().map(node -> one.id())).toList();
        statement.setObject(first, utc(term.now()));
        statement.setObject(first + 1, utc(term.now().plus(Put.OWED_AFTER)));
        statement.setArray(first + 2, Columns.uuids(connection, chunks));
        statement.setArray(first + 3, connection.createArrayOf("uuid",
                arrivals.stream().flatMap(one -> one.put().owed().stream()).map(node -> node.uuid()).toArray()));
        return first + 4;
    }

    private void unbury(List<ChunkId> inserted) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNBURY)) {
            statement.setArray(1, Columns.uuids(connection, inserted));
            statement.executeUpdate();
        }
    }

    private void insertBytes(int epoch, List<Arrival> arrivals) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT_BYTES.formatted(Epochs.table(epoch)))) {
            for (Arrival arrival : arrivals) {
                statement.setObject(1, arrival.id().uuid());
                statement.setInt(2, epoch);
                statement.setBytes(3, arrival.chunk().data());
                statement.addBatch();
            }
            statement.executeBatch();
        }
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
        insertBytes(arrival.epoch(), List.of(arrival));
        SlotLedger.free(connection, 0, row.size() - arrival.chunk().size());
        LOG.info("chunk repaired id={}", arrival.id());
    }

    /** Makes the transaction begin again, as PostgreSQL's own serialization failure would. */
    private static SQLException sweptMeanwhile() {
        return new SQLException("a chunk was swept while it was stored again", SqlFailure.SERIALIZATION_FAILURE);
    }
}
