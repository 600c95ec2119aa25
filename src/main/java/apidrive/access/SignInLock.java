package apidrive.access;

import static apidrive.problem.Problem.LOCKED_OUT;
import static apidrive.sql.Instants.utc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import apidrive.sql.Database;
import apidrive.sql.Instants;

/**
 * Locks an address out for 15 minutes after five failed attempts to sign in within 15 minutes, on every WAR of the
 * database. An attempt counts before it is looked at, so that many at once are no more than many in turn.
 */
public final class SignInLock {
    static final int MOST_FAILURES = 5;
    static final Duration LOCK = Duration.ofMinutes(15);

    private static final String COUNT = """
            INSERT INTO apidrive.admin_failure AS known (client, failures, failed_at) VALUES (?::cidr, 1, ?)
                ON CONFLICT (client) DO UPDATE
               SET failures = CASE WHEN known.failed_at <= ? THEN 1 ELSE LEAST(known.failures, ?) + 1 END,
                   failed_at = CASE WHEN known.failed_at > ? AND known.failures >= ? THEN known.failed_at
                                    ELSE excluded.failed_at END
            RETURNING failures, failed_at""";
    private static final String FORGET = "DELETE FROM apidrive.admin_failure WHERE client = ?::cidr";
    private static final String DELETE_OLD = "DELETE FROM apidrive.admin_failure WHERE failed_at <= ?";

    private final Database database;

    public SignInLock(Database database) {
        this.database = database;
    }

    /** Counts an attempt from the address; throws LOCKED_OUT where there were too many. {@link #succeeded} takes it back. */
    public void attempt(String client, Instant now) {
        Instant forgotten = now.minus(LOCK);
        Optional<Instant> lockedUntil = database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
                statement.setString(1, client);
                statement.setObject(2, utc(now));
                statement.setObject(3, utc(forgotten));
                statement.setInt(4, MOST_FAILURES);
                statement.setObject(5, utc(forgotten));
                statement.setInt(6, MOST_FAILURES);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getInt(1) <= MOST_FAILURES ? Optional.empty()
                            : Optional.of(Instants.instant(row, 2).plus(LOCK));
                }
            }
        });
        lockedUntil.ifPresent(until -> {
            throw LOCKED_OUT.because("too many attempts from this address failed; it may try again after " + until,
                    Duration.between(now, until).plusSeconds(1));
        });
    }

    /** Forgets the failures of the address. */
    public void succeeded(String client) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setString(1, client);
                return statement.executeUpdate();
            }
        });
    }

    /** Deletes what no longer locks anybody out. */
    public int deleteOld(Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_OLD)) {
                statement.setObject(1, utc(now.minus(LOCK)));
                return statement.executeUpdate();
            }
        });
    }
}
