package apidrive.object;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.manifest.StoredObject;
import apidrive.sql.Database;

/** The rows of holders that no name keeps yet. Threads share it; each method is one transaction. */
final class UnnamedTable {
    /** What a crash of the database forgets of these, at most a second's worth, the ends of the claims see to. */
    private static final String LAZILY = "SELECT set_config('synchronous_commit', 'off', true), set_config('enable_seqscan', 'off', true)";
    private static final String NOTE = """
            INSERT INTO apidrive.unnamed_lease (holder, until) SELECT holder, ? FROM unnest(?) AS noted (holder)
                ON CONFLICT (holder) DO UPDATE SET until = EXCLUDED.until""";
    private static final String DROP = "DELETE FROM apidrive.unnamed_lease WHERE holder = ANY (?)";
    private static final String PUT_OFF = "UPDATE apidrive.unnamed_lease SET until = ? WHERE holder = ANY (?)";
    private static final String DUE = "SELECT holder FROM apidrive.unnamed_lease WHERE until <= least(?, now()) ORDER BY until LIMIT ?";

    /** What an upload has noted without waiting for the disk: that its holder is unnamed, or named, and what the object is if it is new. */
    record Note(UUID holder, boolean isNamed, Optional<StoredObject> object) {
        static Note unnamed(UUID holder) {
            return new Note(holder, false, Optional.empty());
        }

        static Note named(UUID holder, Optional<StoredObject> object) {
            return new Note(holder, true, object);
        }
    }

    private final Database database;

    UnnamedTable(Database database) {
        this.database = database;
    }

    /** These holders, each once, end at {@code until} unless they are noted again, or named; the objects are known. */
    void note(Collection<Note> notes, Instant now, Instant until) {
        UUID[] holders = notes.stream().filter(note -> !note.isNamed()).map(Note::holder).toArray(UUID[]::new);
        List<UUID> named = notes.stream().filter(Note::isNamed).map(Note::holder).toList();
        database.inTransaction(connection -> {
            try (Statement lazily = connection.createStatement()) {
                lazily.execute(LAZILY);
            }
            if (holders.length > 0) {
                try (PreparedStatement statement = connection.prepareStatement(NOTE)) {
                    statement.setObject(1, utc(until));
                    statement.setArray(2, connection.createArrayOf("uuid", holders));
                    statement.executeUpdate();
                }
            }
            drop(connection, named);
            ObjectTable.save(connection, notes.stream().flatMap(note -> note.object().stream()).toList(), now);
            return null;
        });
    }

    /** The time of these ends at {@code until}. */
    void putOff(Collection<UUID> holders, Instant until) {
        database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PUT_OFF)) {
                statement.setObject(1, utc(until));
                statement.setArray(2, connection.createArrayOf("uuid", holders.toArray()));
                return statement.executeUpdate();
            }
        });
    }

    /** These have ended, or have names. */
    void drop(Collection<UUID> holders) {
        database.inTransactionByIndex(connection -> drop(connection, holders));
    }

    private static int drop(Connection connection, Collection<UUID> holders) throws SQLException {
        if (holders.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(DROP)) {
            statement.setArray(1, connection.createArrayOf("uuid", holders.toArray()));
            return statement.executeUpdate();
        }
    }

    /** At most {@code limit} of those whose time has ended, by the database's clock too, which have waited longest first. */
    List<UUID> due(Instant now, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DUE)) {
                statement.setObject(1, utc(now));
                statement.setInt(2, limit);
                List<UUID> due = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        due.add(rows.getObject(1, UUID.class));
                    }
                }
                return due;
            }
        });
    }
}
