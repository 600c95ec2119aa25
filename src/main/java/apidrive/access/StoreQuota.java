package apidrive.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

import apidrive.job.Job;
import apidrive.sql.Database;

/**
 * How many chunks each client has stored in the present period, and whether it may store more. Periods begin at whole
 * multiples since 1970. As a job it adds its counts to the database and learns those of other WARs. Threads may share it.
 */
public final class StoreQuota implements Job {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int BATCH = 1_000;  // clients a transaction
    private static final int KEPT_PERIODS = 2;

    private static final String SELECT = """
            SELECT chunks FROM apidrive.client_usage WHERE client = ?::cidr AND period_start = ?""";
    private static final String ADD = """
            INSERT INTO apidrive.client_usage AS usage (client, period_start, chunks) VALUES (?::cidr, ?, ?)
                ON CONFLICT (client, period_start) DO UPDATE SET chunks = usage.chunks + excluded.chunks
            RETURNING chunks""";
    private static final String DELETE_OLD = "DELETE FROM apidrive.client_usage WHERE period_start < ?";

    /** A client in a period. */
    private record Key(String client, Instant period) {
    }

    /** What is known of it; guarded by itself. */
    private static final class Count {
        private long saved;  // as of the last exchange with the database
        private long unsaved;
        private boolean touched = true;  // since the last exchange
        private boolean forgotten;
    }

    private final Database database;
    private final InstantSource clock;
    private final ClientLimits limits;
    private final Duration period;
    private final Map<Key, Count> counts = new ConcurrentHashMap<>();

    /** At most what {@code limits} say for a client in a {@code period}. */
    public StoreQuota(Database database, InstantSource clock, ClientLimits limits, Duration period) {
        this.database = database;
        this.clock = clock;
        this.limits = limits;
        this.period = period;
    }

    /** Counts {@code chunks} that the client wants to store, if it may; empty where it is not limited. */
    public Optional<Allowance> take(String client, int chunks) {
        OptionalLong limit = limits.of(client);
        Instant now = clock.instant();
        Key key = new Key(client, periodOf(now));
        while (true) {
            Count count = count(key);
            synchronized (count) {
                if (!count.forgotten) {
                    Allowance allowance = take(count, chunks, limit.orElse(Long.MAX_VALUE),
                            Duration.between(now, key.period().plus(period)));
                    return limit.isPresent() ? Optional.of(allowance) : Optional.empty();
                }
            }
        }
    }

    public Duration period() {
        return period;
    }

    /** When the period in which {@code now} falls began. */
    public Instant periodOf(Instant now) {
        long length = period.toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), length) * length);
    }

    @Override
    public String name() {
        return "quota";
    }

    @Override
    public String duty() {
        return "Saves what each address stored, and learns what was set for it";
    }

    /** Saves at most a batch of counts, forgets idle ones, deletes the rows of periods long over, learns limits. */
    @Override
    public Duration step(Instant now) {
        limits.refresh();
        List<Map.Entry<Key, Count>> unsaved = new ArrayList<>();
        for (Map.Entry<Key, Count> entry : counts.entrySet()) {
            synchronized (entry.getValue()) {
                if (entry.getValue().unsaved > 0) {
                    unsaved.add(entry);
                } else if (!entry.getValue().touched) {
                    entry.getValue().forgotten = true;
                    counts.remove(entry.getKey());
                } else {
                    entry.getValue().touched = false;
                }
            }
            if (unsaved.size() == BATCH) {
                break;
            }
        }
        save(unsaved, now);
        return unsaved.size() == BATCH ? Duration.ZERO : INTERVAL;
    }

    private void save(List<Map.Entry<Key, Count>> entries, Instant now) {
        for (Map.Entry<Key, Count> entry : entries) {
            Count count = entry.getValue();
            long adding;
            synchronized (count) {
                adding = count.unsaved;
            }
            long total = database.inTransaction(connection -> add(connection, entry.getKey(), adding));
            synchronized (count) {
                count.saved = total;
                count.unsaved -= adding;
            }
        }
        Instant oldest = periodOf(now).minus(period.multipliedBy(KEPT_PERIODS));
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_OLD)) {
                statement.setObject(1, oldest.atOffset(ZoneOffset.UTC));
                return statement.executeUpdate();
            }
        });
    }

    private static long add(Connection connection, Key key, long chunks) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            statement.setString(1, key.client());
            statement.setObject(2, key.period().atOffset(ZoneOffset.UTC));
            statement.setLong(3, chunks);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Allowance take(Count count, int chunks, long limit, Duration reset) {
        count.touched = true;
        long left = limit - count.saved - count.unsaved;
        boolean granted = chunks <= left;
        if (granted) {
            count.unsaved += chunks;
        }
        return new Allowance(granted, limit, Math.max(0, granted ? left - chunks : left), period, reset);
    }

    private Count count(Key key) {
        Count known = counts.get(key);
        if (known != null) {
            return known;
        }
        Count loaded = load(key);
        Count before = counts.putIfAbsent(key, loaded);
        return before == null ? loaded : before;
    }

    private Count load(Key key) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
                statement.setString(1, key.client());
                statement.setObject(2, key.period().atOffset(ZoneOffset.UTC));
                try (ResultSet row = statement.executeQuery()) {
                    Count count = new Count();
                    count.saved = row.next() ? row.getLong(1) : 0;
                    return count;
                }
            }
        });
    }
}
