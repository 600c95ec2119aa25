package apidrive.failures;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import apidrive.access.AdminTokens;
import apidrive.sql.EmbeddedDatabase;

/**
 * What each node keeps, asked of its PostgreSQL: not through anything that the nodes themselves compute. A row counts as a
 * copy when its bytes hash to its digest and the digest to its id, whatever the row says of itself.
 */
record Stock(List<Set<String>> sound, long unsound, long owed) {
    private static final String SOUND = """
            SELECT chunk.id,
                   sha256(chunk_data.data) = chunk.digest
                   AND left(encode(chunk.digest, 'hex'), 12) = left(replace(chunk.id::text, '-', ''), 12) AS sound
              FROM apidrive.chunk LEFT JOIN apidrive.chunk_data USING (id, epoch)
             WHERE chunk.expires_at > now() AND chunk.damaged_at IS NULL""";
    private static final String OWED = "SELECT count(*) FROM apidrive.heal";
    private static final String SELF = "SELECT id FROM apidrive.node";

    /** Of all nodes; each must be running on a database that answers. */
    static Stock of(Collection<ClusterNode> nodes) throws SQLException {
        List<Set<String>> sound = new ArrayList<>();
        long unsound = 0;
        long owed = 0;
        for (ClusterNode node : nodes) {
            Set<String> ids = new HashSet<>();
            try (Connection connection = connect(node); Statement statement = connection.createStatement()) {
                try (ResultSet rows = statement.executeQuery(SOUND)) {
                    while (rows.next()) {
                        if (rows.getBoolean("sound")) {
                            ids.add(rows.getString("id"));
                        } else {
                            unsound++;
                        }
                    }
                }
                try (ResultSet row = statement.executeQuery(OWED)) {
                    row.next();
                    owed += row.getLong(1);
                }
            }
            sound.add(ids);
        }
        return new Stock(sound, unsound, owed);
    }

    /** The node's own id. */
    static String idOf(ClusterNode node) throws SQLException {
        try (Connection connection = connect(node); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery(SELF)) {
            row.next();
            return row.getString(1);
        }
    }

    /** A token for the node's administration, made as the command line makes one: in its database. */
    static String adminToken(ClusterNode node) throws SQLException {
        try (Connection connection = connect(node)) {
            return new AdminTokens(null).make(connection, "failures", Instant.now());
        }
    }

    /** Of these chunks, how many there are sound copies of fewer than {@code wanted} on all nodes together. */
    long lacking(Collection<String> chunks, int wanted) {
        Map<String, Integer> copies = new HashMap<>();
        sound.forEach(ids -> ids.forEach(id -> copies.merge(id, 1, Integer::sum)));
        return chunks.stream().filter(id -> copies.getOrDefault(id, 0) < wanted).count();
    }

    private static Connection connect(ClusterNode node) throws SQLException {
        EmbeddedDatabase.Running running = node.database()
                .orElseThrow(() -> new SQLException("node " + node.number() + " does not run"));
        return DriverManager.getConnection(running.jdbcUrl(), EmbeddedDatabase.RUNNER, running.password());
    }
}
