package apidrive.access;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.sql.Instants;

/**
 * Browsers that are signed in. A session's cookie is 256 random bits, of which the database knows the SHA-256; it ends 12
 * hours after it began, or 2 hours after its last use. Threads may share it.
 */
public final class AdminSessions {
    /** The longest that a session lasts, however busy it is. */
    public static final Duration LONGEST = Duration.ofHours(12);
    /** After so long without use it ends. */
    public static final Duration IDLE = Duration.ofHours(2);
    private static final Duration USE_NOTED = Duration.ofMinutes(1);
    private static final String CSRF = "csrf";

    private static final String INSERT = """
            INSERT INTO apidrive.admin_session (hash, token, token_name, client, made_at, used_at, expires_at)
            VALUES (?, ?, ?, ?::cidr, ?, ?, ?)""";
    private static final String SELECT = """
            SELECT token_name, used_at, LEAST(expires_at, used_at + ? * interval '1 second')
              FROM apidrive.admin_session WHERE hash = ?""";
    private static final String USE = "UPDATE apidrive.admin_session SET used_at = ? WHERE hash = ?";
    private static final String DELETE = "DELETE FROM apidrive.admin_session WHERE hash = ?";
    private static final String DELETE_OF_TOKEN = "DELETE FROM apidrive.admin_session WHERE token = ?";
    private static final String DELETE_EXPIRED = """
            DELETE FROM apidrive.admin_session WHERE expires_at <= ? OR used_at <= ?""";

    /**
     * A signed-in browser.
     *
     * @param cookie    what it proves itself by
     * @param tokenName the token that it signed in with
     * @param expiresAt when it ends unless it is used
     */
    public record Session(String cookie, String tokenName, Instant expiresAt) {
        /** What a request that changes something must bring besides the cookie, which a foreign page cannot know. */
        public String csrf() {
            return Secret.derived(cookie, CSRF);
        }

        /** Whether this is {@link #csrf()}, in constant time. */
        public boolean isCsrf(String text) {
            return text != null && Secret.areEqual(csrf(), text);
        }
    }

    private final Database database;

    public AdminSessions(Database database) {
        this.database = database;
    }

    /** Begins a session, within the caller's transaction. */
    public Session open(Connection connection, AdminTokens.Token token, String client, Instant now)
            throws SQLException {
        String cookie = Secret.random();
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setBytes(1, Secret.sha256(cookie));
            statement.setObject(2, token.id());
            statement.setString(3, token.name());
            statement.setString(4, client);
            statement.setObject(5, utc(now));
            statement.setObject(6, utc(now));
            statement.setObject(7, utc(now.plus(LONGEST)));
            statement.executeUpdate();
        }
        return new Session(cookie, token.name(), now.plus(IDLE));
    }

    /** The session of this cookie, and notes its use; empty where there is none or it has ended. */
    public Optional<Session> use(String cookie, Instant now) {
        byte[] hash = Secret.sha256(cookie);
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
                statement.setLong(1, IDLE.toSeconds());
                statement.setBytes(2, hash);
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next() || !Instants.instant(row, 3).isAfter(now)) {
                        return Optional.empty();
                    }
                    if (Instants.instant(row, 2).isBefore(now.minus(USE_NOTED))) {
                        note(connection, hash, now);
                    }
                    return Optional.of(new Session(cookie, row.getString(1), Instants.instant(row, 3)));
                }
            }
        });
    }

    /** Ends the session, within the caller's transaction; does nothing where there is none. */
    public void close(Connection connection, String cookie) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setBytes(1, Secret.sha256(cookie));
            statement.executeUpdate();
        }
    }

    /** Ends every session that was opened with this token. */
    public void closeAllOf(Connection connection, UUID token) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE_OF_TOKEN)) {
            statement.setObject(1, token);
            statement.executeUpdate();
        }
    }

    /** Deletes the rows of sessions that have ended. */
    public int deleteExpired(Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_EXPIRED)) {
                statement.setObject(1, utc(now));
                statement.setObject(2, utc(now.minus(IDLE)));
                return statement.executeUpdate();
            }
        });
    }

    private static void note(Connection connection, byte[] hash, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(USE)) {
            statement.setObject(1, utc(now));
            statement.setBytes(2, hash);
            statement.executeUpdate();
        }
    }
}
