package apidrive.access;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.sql.Instants.utc;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import apidrive.sql.Database;
import apidrive.sql.Instants;

/**
 * The secrets that open administration: tokens, which stay until they are revoked, and links, which carry a token that
 * goes with its first use; and tokens that open nothing but writing. Only an Argon2id hash of the secret is kept. Threads
 * may share it.
 */
public final class AdminTokens {
    /** How long a link may be used. */
    public static final Duration LINK_LIFETIME = Duration.ofHours(24);

    private static final String INSERT = """
            INSERT INTO apidrive.admin_token (id, name, hash, once, made_at, expires_at, administers) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING""";
    private static final String SELECT = """
            SELECT id, name, once, administers, made_at, used_at, expires_at, hash FROM apidrive.admin_token
             WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)""";
    private static final String LIST = """
            SELECT id, name, once, administers, made_at, used_at, expires_at, hash FROM apidrive.admin_token
             WHERE expires_at IS NULL OR expires_at > ? ORDER BY made_at, id""";
    private static final String USE = """
            UPDATE apidrive.admin_token SET used_at = ?
             WHERE id = ? AND NOT once AND (used_at IS NULL OR used_at < ?)""";
    private static final String USE_UP = "DELETE FROM apidrive.admin_token WHERE id = ? AND once";
    private static final String DELETE = "DELETE FROM apidrive.admin_token WHERE id = ? RETURNING name";
    private static final String DELETE_EXPIRED = "DELETE FROM apidrive.admin_token WHERE expires_at <= ?";
    private static final Duration USE_NOTED = Duration.ofMinutes(1);

    /**
     * What is known of a token; never its secret.
     *
     * @param once       whether it goes with its first use
     * @param administers whether it opens administration, and not only writing
     * @param usedAt     its last use, to the minute; empty before the first
     * @param expiresAt  empty where it stays until revoked
     */
    public record Token(UUID id, String name, boolean once, boolean administers, Instant madeAt, Optional<Instant> usedAt,
            Optional<Instant> expiresAt) {
    }

    private record Row(Token token, String hash) {
    }

    private final Database database;
    /** SHA-256 of texts that were found to match a hash, by that hash: so that a program's every call takes no 40 ms. */
    private final Map<String, byte[]> proven = new ConcurrentHashMap<>();

    public AdminTokens(Database database) {
        this.database = database;
    }

    /** Makes a token within the caller's transaction; its text is told this once. */
    public String make(Connection connection, String name, Instant now) throws SQLException {
        return make(connection, name, true, now);
    }

    /** Makes a token that opens nothing but writing. */
    public String makeForWriting(Connection connection, String name, Instant now) throws SQLException {
        return make(connection, name, false, now);
    }

    /**
     * Has a token that another node made open nothing but writing here too; false where it is known already. Throws MALFORMED for what
     * is no token.
     */
    public boolean adopt(Connection connection, String text, String name, Instant now) throws SQLException {
        TokenText token = TokenText.parse(text).orElseThrow(() -> MALFORMED.because("that is no token as a node makes it"));
        return insert(connection, token, new Token(token.id(), name, false, false, now, Optional.empty(), Optional.empty()));
    }

    /** Makes a token that goes with its first use, within {@link #LINK_LIFETIME}. */
    public String makeLink(Connection connection, String name, Instant now) throws SQLException {
        TokenText token = TokenText.random();
        insert(connection, token, new Token(token.id(), name, true, true, now, Optional.empty(), Optional.of(now.plus(LINK_LIFETIME))));
        return token.text();
    }

    /**
     * The token of this text that opens administration, used up if it is a link's; empty where there is none, or it was used or has
     * expired.
     */
    public Optional<Token> accept(String text, Instant now) {
        return find(text, now).map(Row::token).filter(Token::administers).filter(token -> !token.once() || isUsedUp(token.id()))
                .map(token -> noted(token, now));
    }

    /** As {@link #accept} for a call of a program: a link's token opens nothing and stays. */
    public Optional<Token> acceptLasting(String text, Instant now) {
        return acceptWriting(text, now).filter(Token::administers);
    }

    /** The token of this text that lets write, as every token does that stays. */
    public Optional<Token> acceptWriting(String text, Instant now) {
        return find(text, now).map(Row::token).filter(token -> !token.once()).map(token -> noted(token, now));
    }

    /** Whether this text was accepted before, so that no attempt to guess needs to be counted. */
    public boolean isProven(String text) {
        byte[] own = Secret.sha256(text);
        return proven.values().stream().anyMatch(known -> MessageDigest.isEqual(known, own));
    }

    /** Those that can still be used, the oldest first. */
    public List<Token> list(Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LIST)) {
                statement.setObject(1, utc(now));
                try (ResultSet rows = statement.executeQuery()) {
                    List<Token> tokens = new ArrayList<>();
                    while (rows.next()) {
                        tokens.add(row(rows).token());
                    }
                    return tokens;
                }
            }
        });
    }

    /** Takes the token away; its name, empty where there is no such token. */
    public Optional<String> revoke(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setObject(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** Deletes links that nobody used in time. */
    public int deleteExpired(Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_EXPIRED)) {
                statement.setObject(1, utc(now));
                return statement.executeUpdate();
            }
        });
    }

    private static String make(Connection connection, String name, boolean administers, Instant now) throws SQLException {
        TokenText token = TokenText.random();
        insert(connection, token, new Token(token.id(), name, false, administers, now, Optional.empty(), Optional.empty()));
        return token.text();
    }

    private static boolean insert(Connection connection, TokenText text, Token token) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setObject(1, token.id());
            statement.setString(2, token.name());
            statement.setString(3, Argon2Hash.of(text.secret()));
            statement.setBoolean(4, token.once());
            statement.setObject(5, utc(token.madeAt()));
            statement.setObject(6, token.expiresAt().map(Instants::utc).orElse(null));
            statement.setBoolean(7, token.administers());
            return statement.executeUpdate() == 1;
        }
    }

    private Optional<Row> find(String text, Instant now) {
        return TokenText.parse(text).flatMap(token -> database.autocommit(connection -> select(connection, token.id(), now))
                .filter(known -> isSecretOf(known.hash(), token)));
    }

    private boolean isSecretOf(String hash, TokenText token) {
        byte[] known = proven.get(hash);
        if (known != null && MessageDigest.isEqual(known, Secret.sha256(token.text()))) {
            return true;
        }
        boolean matches = Argon2Hash.matches(hash, token.secret());
        if (matches) {
            proven.put(hash, Secret.sha256(token.text()));
        }
        return matches;
    }

    private boolean isUsedUp(UUID id) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(USE_UP)) {
                statement.setObject(1, id);
                return statement.executeUpdate() == 1;
            }
        });
    }

    private Token noted(Token token, Instant now) {
        if (!token.once()) {
            database.autocommit(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(USE)) {
                    statement.setObject(1, utc(now));
                    statement.setObject(2, token.id());
                    statement.setObject(3, utc(now.minus(USE_NOTED)));
                    return statement.executeUpdate();
                }
            });
        }
        return token;
    }

    private static Optional<Row> select(Connection connection, UUID id, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
            statement.setObject(1, id);
            statement.setObject(2, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row(row)) : Optional.empty();
            }
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(new Token(row.getObject(1, UUID.class), row.getString(2), row.getBoolean(3),
                row.getBoolean(4), Instants.instant(row, 5), Instants.nullable(row, 6), Instants.nullable(row, 7)), row.getString(8));
    }
}
