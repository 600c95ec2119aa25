package apidrive.chunk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.sql.SqlFailure;

/**
 * The partitions of {@code chunk_data}: an epoch holds the bytes of leases that end within it. The list is read from the
 * database and kept until an epoch is asked for that it lacks.
 */
final class Epochs {
    private static final Logger LOG = LoggerFactory.getLogger(Epochs.class);
    private static final int EPOCHS_A_LIFETIME = 30;  // a month of days
    private static final int AHEAD = 2;  // epochs made before they are needed

    private static final String LIST = "SELECT epoch, starts_at, ends_at FROM apidrive.chunk_epoch ORDER BY starts_at";
    /** Making a partition locks chunk_data: while it waits, new connections that insert wait behind it. */
    private static final String SHORT_LOCKS = "SET LOCAL lock_timeout = '1s'";
    private static final String OPEN = "SELECT apidrive.open_epoch(?, ?)";

    /** A partition: the bytes of leases that end in [{@code starts}, {@code ends}). */
    record Epoch(int number, Instant starts, Instant ends) {
        boolean holds(Instant expiresAt) {
            return !expiresAt.isBefore(starts) && expiresAt.isBefore(ends);
        }
    }

    private final Database database;
    private final Lease lease;
    private volatile List<Epoch> known = List.of();

    Epochs(Database database, Lease lease) {
        this.database = database;
        this.lease = lease;
    }

    /** The table that holds an epoch's bytes; a number has no character that could be mistaken in SQL. */
    static String table(int epoch) {
        return "apidrive.chunk_data_" + epoch;
    }

    /** How long the epochs are that are made now. */
    Duration length() {
        return lease.lifetime().dividedBy(EPOCHS_A_LIFETIME);
    }

    /** The epoch for a lease that ends then; empty when none was made. */
    Optional<Epoch> at(Instant expiresAt) {
        Optional<Epoch> found = find(expiresAt);
        return found.isPresent() ? found : find(expiresAt, refreshed());
    }

    /** The epochs that ended at or before {@code now}, the oldest first. */
    List<Epoch> due(Instant now) {
        return refreshed().stream().filter(epoch -> !epoch.ends().isAfter(now)).toList();
    }

    /**
     * Makes epochs up to a lifetime and a little more from {@code now}. While something else has the table, such as a
     * dump, none is made: a later call does, and those made ahead last until then.
     */
    void openAhead(Instant now) {
        Instant wanted = now.plus(lease.lifetime()).plus(length().multipliedBy(AHEAD));
        List<Epoch> epochs = refreshed();
        try {
            for (Instant from = covered(epochs, now); from.isBefore(wanted); from = covered(epochs, now)) {
                open(from, before(epochs, from, from.plus(length())));
                epochs = refreshed();
            }
        } catch (SqlFailure failure) {
            if (!failure.is(SqlFailure.LOCK_NOT_AVAILABLE)) {
                throw failure;
            }
            LOG.info("epochs are made later, chunk_data is in use made_until={}", covered(epochs, now));
        }
    }

    /** As {@link #at}, among those read last: asks the database nothing. */
    Optional<Epoch> find(Instant expiresAt) {
        return find(expiresAt, known);
    }

    private static Optional<Epoch> find(Instant expiresAt, List<Epoch> epochs) {
        return epochs.stream().filter(epoch -> epoch.holds(expiresAt)).findFirst();
    }

    /**
     * Up to when there are epochs without a gap; the start of the present one where there is none. Before now a gap is
     * none: what was made there would be due, dropped and made again for ever.
     */
    private Instant covered(List<Epoch> epochs, Instant now) {
        long length = length().toMillis();
        Instant covered = Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), length) * length);
        for (Epoch epoch : epochs) {
            boolean adjoins = !epoch.starts().isAfter(covered) || !epoch.starts().isAfter(now);
            if (adjoins && epoch.ends().isAfter(covered)) {
                covered = epoch.ends();
            }
        }
        return covered;
    }

    /** {@code until}, or the start of the first epoch between it and {@code from}, made when epochs had another length. */
    private static Instant before(List<Epoch> epochs, Instant from, Instant until) {
        return epochs.stream().map(Epoch::starts).filter(starts -> starts.isAfter(from) && starts.isBefore(until))
                .min(Instant::compareTo).orElse(until);
    }

    private void open(Instant starts, Instant ends) {
        database.inTransaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(SHORT_LOCKS);
            }
            try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
                statement.setObject(1, Instants.utc(starts));
                statement.setObject(2, Instants.utc(ends));
                return statement.execute();
            }
        });
    }

    private List<Epoch> refreshed() {
        List<Epoch> fresh = database.autocommit(Epochs::read);
        known = fresh;
        return fresh;
    }

    private static List<Epoch> read(Connection connection) throws SQLException {
        List<Epoch> epochs = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LIST);
             ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                epochs.add(new Epoch(rows.getInt(1), Instants.instant(rows, 2),
                        Instants.instant(rows, 3)));
            }
        }
        return epochs;
    }
}
