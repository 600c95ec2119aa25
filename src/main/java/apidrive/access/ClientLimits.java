package apidrive.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

import apidrive.sql.Database;

/**
 * Chunks that each address may store in a period: what an administrator set for it, else the same for all. Read from the
 * database by {@link #refresh}, so that what is set on one WAR counts on all. Threads may share it.
 */
public final class ClientLimits {
    private static final int MOST = 100_000;  // addresses with a limit of their own

    private static final String SELECT = "SELECT client::text, chunks FROM apidrive.client_limit LIMIT ?";
    private static final String SET = """
            INSERT INTO apidrive.client_limit (client, chunks) VALUES (?::cidr, ?)
                ON CONFLICT (client) DO UPDATE SET chunks = excluded.chunks, set_at = now()""";
    private static final String DELETE = "DELETE FROM apidrive.client_limit WHERE client = ?::cidr";

    private final Database database;
    private final OptionalLong forAll;
    private volatile Map<String, OptionalLong> own = Map.of();

    /** {@code forAll} is 0 for no limit. */
    public ClientLimits(Database database, long forAll) {
        this.database = database;
        this.forAll = forAll == 0 ? OptionalLong.empty() : OptionalLong.of(forAll);
    }

    /** Chunks that the client may store in a period, 0 or more; empty where it is not limited. */
    public OptionalLong of(String client) {
        return own.getOrDefault(client, forAll);
    }

    /** What holds for addresses without a limit of their own. */
    public OptionalLong forAll() {
        return forAll;
    }

    /** Gives the client a limit of its own within the caller's transaction; empty for none at all. */
    public void set(Connection connection, String client, OptionalLong chunks) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SET)) {
            statement.setString(1, client);
            if (chunks.isPresent()) {
                statement.setLong(2, chunks.getAsLong());
            } else {
                statement.setNull(2, Types.BIGINT);
            }
            statement.executeUpdate();
        }
    }

    /** From now on what holds for all holds for the client; whether it had a limit of its own. */
    public boolean clear(Connection connection, String client) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setString(1, client);
            return statement.executeUpdate() == 1;
        }
    }

    /** Learns what was set, here or on another WAR. */
    public void refresh() {
        own = database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
                statement.setInt(1, MOST);
                try (ResultSet rows = statement.executeQuery()) {
                    Map<String, OptionalLong> limits = new HashMap<>();
                    while (rows.next()) {
                        Long chunks = rows.getObject(2, Long.class);
                        limits.put(ClientAddresses.canonical(rows.getString(1)).orElseThrow(),
                                chunks == null ? OptionalLong.empty() : OptionalLong.of(chunks));
                    }
                    return limits;
                }
            }
        });
    }
}
