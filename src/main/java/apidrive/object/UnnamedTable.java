package apidrive.object;

import static apidrive.sql.Instants.utc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
    private static final String LAZILY = "SET LOCAL synchronous_commit = off";
    private static final String NOTE = """
            INSERT INTO apidrive.unnamed_lease (holder, until) SELECT holder, ? FROM unnest(?) AS noted (holder)
                ON CONFLICT (holder) DO UPDATE SET until = EXCLUDED.until""";
    private static final String DROP = "DELETE FROM apidrive.unnamed_lease WHERE holder = ANY (?)";
    private static final String DUE = "SELECT holder FROM apidrive.unnamed_lease WHERE until <= ? LIMIT ?";

    /** What an upload has noted without waiting for the disk: that its holder is unnamed, or what the object is that it became. */
    record Note(Optional<UUID> holder, Optional<StoredObject> object) {
        static Note of(UUID holder) {
            return new Note(Optional.of(holder), Optional.empty());
        }

        static Note of(StoredObject object) {
            return new Note(Optional.empty(), Optional.of(object));
        }
    }

    private final Database database;

    UnnamedTable(Database database) {
        this.database = database;
    }

    /** These holders, each once, end at {@code until} unless they are noted again, or dropped; the objects are known. */
    void note(Collection<Note> notes, Instant now, Instant until) {
        UUID[] holders = notes.stream().flatMap(note -> note.holder().stream()).toArray(UUID[]::new);
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
            ObjectTable.save(connection, notes.stream().flatMap(note -> note.object().stream()).toList(), now);
            return null;
        });
    }

    /** These are unnamed no more; flushed when this returns. */
    void drop(Collection<UUID> holders) {
        database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DROP)) {
                statement.setArray(1, connection.createArrayOf("uuid", holders.toArray()));
                return statement.executeUpdate();
            }
        });
    }

    /** At most {@code limit} of those whose time has ended. */
    List<UUID> due(Instant now, int limit) {
        return database.autocommit(connection -> {
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
    }
}
