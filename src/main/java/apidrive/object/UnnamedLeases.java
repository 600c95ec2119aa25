package apidrive.object;

import static apidrive.sql.Instants.utc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import apidrive.repair.HolderId;
import apidrive.sql.Database;

/** Those who claim chunks of objects that no name keeps yet, so that whatever becomes of an upload, they end. Threads share it. */
public final class UnnamedLeases {
    /** So long after it was last heard of an upload is taken for dead. */
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration NOTED_EACH = Duration.ofMinutes(5);
    /** What a crash of the database forgets of these, at most a second's worth, the ends of the claims see to. */
    private static final String LAZILY = "SET LOCAL synchronous_commit = off";
    private static final String NOTE = """
            INSERT INTO apidrive.unnamed_lease (holder, until) VALUES (?, ?) ON CONFLICT (holder) DO UPDATE SET until = EXCLUDED.until""";
    private static final String NAMED = "DELETE FROM apidrive.unnamed_lease WHERE holder = ?";
    private static final String DUE = "SELECT holder FROM apidrive.unnamed_lease WHERE until <= ? LIMIT ?";

    /** One upload's claim on what it stores. */
    final class Unnamed implements AutoCloseable {
        private final UUID holder = HolderId.drawn(clock.instant());
        private Instant noted;
        private boolean isNamed;

        private Unnamed() {
            note(clock.instant());
        }

        UUID holder() {
            return holder;
        }

        /** The upload goes on. */
        void goOn() {
            Instant now = clock.instant();
            if (now.isAfter(noted.plus(NOTED_EACH))) {
                note(now);
            }
        }

        /** A name keeps it from now on; {@code keeper} is for whom: where that is another, this one is not needed. */
        void named(Collection<UUID> keeper) {
            if (!keeper.contains(holder)) {
                ending.accept(List.of(holder));
            }
            drop(holder);
            isNamed = true;
        }

        /** Ends it unless it was named. */
        @Override
        public void close() {
            if (!isNamed) {
                ending.accept(List.of(holder));
                drop(holder);
            }
        }

        private void note(Instant now) {
            database.inTransaction(connection -> {
                try (Statement lazily = connection.createStatement(); PreparedStatement statement = connection.prepareStatement(NOTE)) {
                    lazily.execute(LAZILY);
                    statement.setObject(1, holder);
                    statement.setObject(2, utc(now.plus(PATIENCE)));
                    return statement.executeUpdate();
                }
            });
            noted = now;
        }
    }

    private final Database database;
    private final Consumer<Collection<UUID>> ending;
    private final InstantSource clock;

    /** {@code ending} ends holders, durably. */
    public UnnamedLeases(Database database, Consumer<Collection<UUID>> ending, InstantSource clock) {
        this.database = database;
        this.ending = ending;
        this.clock = clock;
    }

    /** That of an upload which begins. */
    Unnamed begin() {
        return new Unnamed();
    }

    /** Ends at most {@code limit} of those that were left; returns how many. */
    int endDue(Instant now, int limit) {
        List<UUID> due = database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DUE)) {
                statement.setObject(1, utc(now));
                statement.setInt(2, limit);
                List<UUID> holders = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        holders.add(rows.getObject(1, UUID.class));
                    }
                }
                return holders;
            }
        });
        ending.accept(due);
        due.forEach(this::drop);
        return due.size();
    }

    private void drop(UUID holder) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(NAMED)) {
                statement.setObject(1, holder);
                return statement.executeUpdate();
            }
        });
    }
}
