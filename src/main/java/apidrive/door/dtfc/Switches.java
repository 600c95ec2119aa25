package apidrive.door.dtfc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import apidrive.sql.Database;

/**
 * Verbs that an administrator switched off on this node. Read from the database when what is known is a moment old, so that what is
 * set on one WAR counts on all. Threads share it.
 */
public final class Switches {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final String SELECT = "SELECT verb FROM apidrive.dtfc_switch";
    private static final String OFF = "INSERT INTO apidrive.dtfc_switch (verb) VALUES (?) ON CONFLICT DO NOTHING";
    private static final String ON = "DELETE FROM apidrive.dtfc_switch WHERE verb = ?";

    private record Known(Set<Verb> off, long readNanos) {
    }

    private final Database database;
    private volatile Known known;

    public Switches(Database database) {
        this.database = database;
    }

    /** Those that are switched off. */
    public Set<Verb> off() {
        Known last = known;
        return last == null || System.nanoTime() - last.readNanos() > MOMENT.toNanos() ? refresh() : last.off();
    }

    /** Switches the verb within the caller's transaction. */
    public void set(Connection connection, Verb verb, boolean isOff) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(isOff ? OFF : ON)) {
            statement.setString(1, verb.text());
            statement.executeUpdate();
        }
    }

    /** Learns what was set. */
    public Set<Verb> refresh() {
        long now = System.nanoTime();
        Set<Verb> off = database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SELECT); ResultSet rows = statement.executeQuery()) {
                Set<Verb> verbs = EnumSet.noneOf(Verb.class);
                while (rows.next()) {
                    verbs.add(Verb.ofText(rows.getString(1)).orElseThrow());
                }
                return verbs;
            }
        });
        known = new Known(off, now);
        return off;
    }
}
