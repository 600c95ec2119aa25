package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.sql.Instants;
import apidrive.sql.Database;
import apidrive.sql.SqlFailure;

/**
 * Empties epochs that are due: deletes the small rows of chunks whose lease ran out, carries the bytes of renewed ones to
 * the epoch of their new expiry, and drops the partition. Several WARs on one database take turns.
 */
final class EpochSweep {
    private static final Logger LOG = LoggerFactory.getLogger(EpochSweep.class);
    private static final int CARRIED = 64;  // chunks a transaction: 4 MiB that are written once more
    private static final int DELETED = 5_000;  // small rows a transaction
    private static final long LOCK = 0x61_70_69_64_72_69_76_02L;  // an arbitrary key for this purpose alone

    private static final String TAKE_TURN = "SELECT pg_try_advisory_xact_lock(?)";
    /** For the due partition alone, which is hardly read: beyond deadlock_timeout, after which autovacuum gives way. */
    private static final String PATIENT_LOCKS = "SET LOCAL lock_timeout = '3s'";
    private static final String LOCK_PARTITION = "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE";
    private static final String SHORT_LOCKS = "SET LOCAL lock_timeout = '200ms'";
    private static final String ANY_RENEWED = """
            SELECT expires_at FROM apidrive.chunk WHERE epoch = ? AND expires_at > ? LIMIT 1""";
    /** The ids are asked for as one array, so that a due partition on another server sends those bytes alone. */
    private static final String CARRY = """
            WITH renewed AS (
                SELECT id FROM apidrive.chunk
                 WHERE epoch = ? AND expires_at >= ? AND expires_at < ?
                 LIMIT ? FOR UPDATE SKIP LOCKED),
            copied AS (
                INSERT INTO %s (id, epoch, data)
                SELECT id, ?, data FROM %s WHERE id = ANY (ARRAY(SELECT id FROM renewed)))
            UPDATE apidrive.chunk SET epoch = ? FROM renewed WHERE chunk.id = renewed.id""";
    private static final String DELETE_EXPIRED = """
            WITH expired AS (
                SELECT id FROM apidrive.chunk WHERE epoch = ? AND expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED),
            gone AS (
                DELETE FROM apidrive.chunk USING expired WHERE chunk.id = expired.id RETURNING chunk.id, size, plain_until),
            unclaimed AS (
                DELETE FROM apidrive.lease USING gone WHERE plain_until IS NOT NULL AND lease.chunk = gone.id)
            SELECT count(*), COALESCE(sum(size), 0) FROM gone""";
    private static final String IS_THERE = "SELECT 1 FROM apidrive.chunk_epoch WHERE epoch = ?";
    private static final String DROP = "SELECT apidrive.drop_epoch(?)";

    private final Database database;
    private final Epochs epochs;
    private final Set<Integer> inVain = ConcurrentHashMap.newKeySet();  // epochs waited for since a step did nothing

    EpochSweep(Database database, Epochs epochs) {
        this.database = database;
        this.epochs = epochs;
    }

    /**
     * Makes epochs ahead, then does one bounded piece of work on the first due epoch that lets it; whether there is
     * more. An epoch that cannot be worked on now (its table is in use, or the disk has no room to carry) does not keep
     * the next from being dropped; its failure is thrown when nothing else could be done either. A step waits patiently
     * for one table in use at most, and for the same one again only after a step that could do nothing.
     */
    boolean step(Instant now) {
        epochs.openAhead(now);
        SqlFailure first = null;
        boolean hasWaited = false;
        for (Epochs.Epoch due : epochs.due(now)) {
            boolean isPatient = !hasWaited && !inVain.contains(due.number());
            try {
                if (database.inTransaction(connection -> work(connection, due, now, isPatient))) {
                    return true;
                }
            } catch (SqlFailure failure) {
                first = first == null ? failure : first;
                if (isPatient && failure.is(SqlFailure.LOCK_NOT_AVAILABLE)) {
                    hasWaited = true;
                    inVain.add(due.number());
                }
            }
        }
        inVain.clear();
        if (first != null && !first.is(SqlFailure.LOCK_NOT_AVAILABLE)) {
            throw first;
        }
        return false;
    }

    /** One piece of work on this epoch; false when another WAR has the turn or had it, or a row is in use. */
    private boolean work(Connection connection, Epochs.Epoch due, Instant now, boolean isPatient) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE_TURN)) {
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return false;
                }
            }
        }
        if (!isThere(connection, due)) {
            return false;
        }
        long deleted = deleteExpired(connection, due, now);
        if (deleted > 0) {
            LOG.debug("chunks expired epoch={} count={}", due.number(), deleted);
            return true;
        }
        int carried = carry(connection, due, now);
        if (carried > 0) {
            LOG.debug("chunks carried epoch={} count={}", due.number(), carried);
            return true;
        }
        return drop(connection, due, isPatient);
    }

    /** False when another WAR dropped it since this one listed what is due. */
    private static boolean isThere(Connection connection, Epochs.Epoch due) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_THERE)) {
            statement.setInt(1, due.number());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Frees their slots as well; returns how many. */
    private static long deleteExpired(Connection connection, Epochs.Epoch due, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE_EXPIRED)) {
            statement.setInt(1, due.number());
            statement.setObject(2, utc(now));
            statement.setInt(3, DELETED);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                SlotLedger.free(connection, row.getLong(1), row.getLong(2));
                return row.getLong(1);
            }
        }
    }

    private int carry(Connection connection, Epochs.Epoch due, Instant now) throws SQLException {
        Optional<Epochs.Epoch> target = anyRenewed(connection, due, now).flatMap(epochs::find);
        if (target.isEmpty()) {
            return 0;
        }
        Epochs.Epoch to = target.get();
        Instant from = to.starts().isAfter(now) ? to.starts() : now;
        String sql = CARRY.formatted(Epochs.table(to.number()), Epochs.table(due.number()));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, due.number());
            statement.setObject(2, utc(from));
            statement.setObject(3, utc(to.ends()));
            statement.setInt(4, CARRIED);
            statement.setInt(5, to.number());
            statement.setInt(6, to.number());
            return statement.executeUpdate();
        }
    }

    private static Optional<Instant> anyRenewed(Connection connection, Epochs.Epoch due, Instant now)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ANY_RENEWED)) {
            statement.setInt(1, due.number());
            statement.setObject(2, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(Instants.instant(row, 1)) : Optional.empty();
            }
        }
    }

    private static boolean drop(Connection connection, Epochs.Epoch due, boolean isPatient) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(isPatient ? PATIENT_LOCKS : SHORT_LOCKS);
            statement.execute(LOCK_PARTITION.formatted(Epochs.table(due.number())));
            statement.execute(SHORT_LOCKS);
        }
        try (PreparedStatement statement = connection.prepareStatement(DROP)) {
            statement.setInt(1, due.number());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                boolean dropped = row.getBoolean(1);
                if (dropped) {
                    LOG.info("epoch dropped epoch={} ended_at={}", due.number(), due.ends());
                }
                return dropped;
            }
        }
    }
}
