package apidrive.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import apidrive.sql.Database;
import apidrive.sql.Instants;

/** The append-only table of what administrators did. Threads may share it. */
public final class Audit {
    /** The outcome of what was done as asked. */
    public static final String DONE = "done";
    private static final int LONGEST = 500;  // characters of a subject or an outcome

    private static final String INSERT = """
            INSERT INTO apidrive.audit (actor, client, action, subject, outcome) VALUES (?, ?::cidr, ?, ?, ?)""";
    private static final String PAGE = """
            SELECT number, at, actor, client::text, action, subject, outcome
              FROM apidrive.audit WHERE number < ? ORDER BY number DESC LIMIT ?""";

    /** Who did it: the name of the token, and the address it came from, null for the command line. */
    public record Actor(String name, String client) {
    }

    /** One row. */
    public record Entry(long number, Instant at, String actor, Optional<String> client, String action, String subject,
            String outcome) {
    }

    private final Database database;

    public Audit(Database database) {
        this.database = database;
    }

    /** Adds a row in the transaction that did {@code action}, so that neither is there without the other. */
    public void done(Connection connection, Actor actor, String action, String subject) throws SQLException {
        add(connection, actor, action, subject, DONE);
    }

    /** Adds a row for what is no transaction of ours, or what was refused. */
    public void add(Actor actor, String action, String subject, String outcome) {
        database.autocommit(connection -> {
            add(connection, actor, action, subject, outcome);
            return null;
        });
    }

    /** Whether nothing was ever done here. */
    public boolean isEmpty() {
        return page(Long.MAX_VALUE, 1).isEmpty();
    }

    /** At most {@code limit} rows with a number below {@code before}, the latest first. */
    public List<Entry> page(long before, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
                statement.setLong(1, before);
                statement.setInt(2, limit);
                try (ResultSet rows = statement.executeQuery()) {
                    List<Entry> entries = new ArrayList<>();
                    while (rows.next()) {
                        entries.add(new Entry(rows.getLong(1), Instants.instant(rows, 2), rows.getString(3),
                                Optional.ofNullable(rows.getString(4)), rows.getString(5), rows.getString(6),
                                rows.getString(7)));
                    }
                    return entries;
                }
            }
        });
    }

    private static void add(Connection connection, Actor actor, String action, String subject, String outcome)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, actor.name());
            statement.setString(2, actor.client());
            statement.setString(3, action);
            statement.setString(4, shortened(subject));
            statement.setString(5, shortened(outcome));
            statement.executeUpdate();
        }
    }

    private static String shortened(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }
}
