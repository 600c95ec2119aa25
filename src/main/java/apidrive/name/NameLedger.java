package apidrive.name;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import apidrive.wire.Digest;

/**
 * Counts what names stand for in the transaction that writes them: bytes once for each name, and once for each content. A name counts by
 * its newest record, unless that is a deletion, or a hash that keeps nothing by itself: what it is a hash of is counted where it has its
 * name.
 *
 * <p>The count is split over the rows of {@code name_shard}, of which a transaction takes one that no other holds, so that they go on side
 * by side. Of one content the number of names is a row of its own, for which those wait that name it at the same moment; it is changed once
 * in a transaction, as the last thing, and in order, so that nobody waits for one who waits for him.
 */
final class NameLedger {
    /** Whether the newest record of a name counts. */
    static final String COUNTS = "(digest IS NOT NULL AND (namespace NOT IN ('sha1', 'sha256', 'sha512') OR metadata ->> '"
            + NameDocument.HOLDER + "' IS NOT NULL))";

    private static final int SHARDS = 16;  // rows of name_shard
    private static final String COUNT = """
            WITH told AS (SELECT digest, size, names FROM unnest(?, ?, ?) AS told (digest, size, names)),
                 changed AS (
                INSERT INTO apidrive.name_content AS known (digest, size, names)
                SELECT digest, size, names FROM told ORDER BY digest, size
                    ON CONFLICT (digest, size) DO UPDATE SET names = known.names + EXCLUDED.names
                RETURNING digest, size, names),
                 sums AS (
                SELECT sum(told.names)::bigint AS names, sum(told.names * size)::bigint AS logical_bytes,
                       sum(size * ((changed.names > 0)::integer - (changed.names - told.names > 0)::integer))::bigint AS content_bytes
                  FROM told JOIN changed USING (digest, size)),
                 counted AS (
                UPDATE apidrive.name_shard SET names = names + (SELECT names FROM sums),
                                               logical_bytes = logical_bytes + (SELECT logical_bytes FROM sums),
                                               content_bytes = content_bytes + (SELECT content_bytes FROM sums)
                 WHERE shard = (SELECT shard FROM apidrive.name_shard ORDER BY shard LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING shard)
            SELECT names, logical_bytes, content_bytes, EXISTS (SELECT FROM counted) FROM sums""";
    /** Where all rows are held. */
    private static final String COUNT_IN = """
            UPDATE apidrive.name_shard SET names = names + ?, logical_bytes = logical_bytes + ?, content_bytes = content_bytes + ?
             WHERE shard = ?""";
    private static final String FORGET = """
            DELETE FROM apidrive.name_content USING unnest(?, ?) AS told (digest, size)
             WHERE name_content.digest = told.digest AND name_content.size = told.size AND names = 0""";

    /** What names mean: a root of so many bytes, which only who lies says to be of others. */
    private record Content(Digest digest, long size) {
    }

    private final Map<Content, Long> changes = new HashMap<>();

    /** So many {@code names} more mean this, or fewer. */
    private void add(Content content, long names) {
        changes.merge(content, names, Long::sum);
    }

    /** The row says in these columns a digest, null where nothing changes, a size, and how many names more mean that. */
    void read(ResultSet row, int first) throws SQLException {
        byte[] digest = row.getBytes(first);
        if (digest != null) {
            add(new Content(Digest.ofBytes(digest), row.getLong(first + 1)), row.getLong(first + 2));
        }
    }

    /** Counts what has changed in the transaction, of which this is the last work. */
    void write(Connection connection) throws SQLException {
        changes.values().removeIf(names -> names == 0);
        if (changes.isEmpty()) {
            return;
        }
        List<Content> contents = List.copyOf(changes.keySet());
        try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
            bind(statement, contents);
            statement.setArray(3, connection.createArrayOf("bigint", contents.stream().map(changes::get).toArray()));
            try (ResultSet sums = statement.executeQuery()) {
                sums.next();
                if (!sums.getBoolean(4)) {
                    change(connection, ThreadLocalRandom.current().nextInt(SHARDS), sums.getLong(1), sums.getLong(2), sums.getLong(3));
                }
            }
        }
        List<Content> fewer = contents.stream().filter(content -> changes.get(content) < 0).toList();
        if (!fewer.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                bind(statement, fewer);
                statement.executeUpdate();
            }
        }
    }

    /** Adds to one row; waits for who holds it. */
    static void change(Connection connection, int shard, long names, long logicalBytes, long contentBytes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT_IN)) {
            statement.setLong(1, names);
            statement.setLong(2, logicalBytes);
            statement.setLong(3, contentBytes);
            statement.setInt(4, shard);
            statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, Collection<Content> contents) throws SQLException {
        Connection connection = statement.getConnection();
        statement.setArray(1, connection.createArrayOf("bytea", contents.stream().map(one -> one.digest().bytes()).toArray(byte[][]::new)));
        statement.setArray(2, connection.createArrayOf("bigint", contents.stream().map(Content::size).toArray()));
    }
}
