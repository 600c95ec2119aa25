package apidrive.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * The time of the PostgreSQL server, so that every WAR on one database lets a lease end at the same moment whatever its
 * host's clock says. Between measurements the host's monotonic clock carries it on.
 */
public final class DatabaseClock implements InstantSource {
    private static final String NOW = "SELECT clock_timestamp()";

    /** That it was {@code time} when the monotonic clock stood at {@code nanos}. */
    private record Reading(Instant time, long nanos) {
    }

    private final Database database;
    private volatile Reading last;

    /** Measures once; throws {@link SqlFailure} when the database does not answer. */
    public DatabaseClock(Database database) {
        this.database = database;
        measure();
    }

    /** The time in whole microseconds, which is what a timestamptz keeps. */
    @Override
    public Instant instant() {
        Reading reading = last;
        return reading.time().plusNanos(System.nanoTime() - reading.nanos()).truncatedTo(ChronoUnit.MICROS);
    }

    /** Asks the server again; returns how far this clock had drifted from it. */
    public Duration measure() {
        Reading reading = database.autocommit(connection -> {
            try (Statement statement = connection.createStatement()) {
                long asked = System.nanoTime();
                Instant time = time(statement);
                return new Reading(time, asked + (System.nanoTime() - asked) / 2);
            }
        });
        Duration drift = last == null ? Duration.ZERO
                : Duration.between(reading.time(), last.time().plusNanos(reading.nanos() - last.nanos()));
        last = reading;
        return drift;
    }

    private static Instant time(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(NOW)) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }
}
