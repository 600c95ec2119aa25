package apidrive.name;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import apidrive.chunk.Check;
import apidrive.chunk.Finding;
import apidrive.sql.Database;

/**
 * Whether the counts of {@code name_shard} and {@code name_content} are those of the names that are kept. One statement sees all of them as
 * of one moment, at which every commit keeps them equal, so that looking keeps nobody from putting names; it reads every name once. Only
 * who sets them right waits for names under way, and keeps new ones out meanwhile.
 */
public final class UsageCheck implements Check {
    private static final String KEPT = """
            WITH kept AS (
                SELECT digest, size, count(*) AS names FROM apidrive.name WHERE is_newest AND %s GROUP BY digest, size)
            """.formatted(NameLedger.COUNTS);
    private static final String COUNT = KEPT + """
            SELECT counted.names, counted.logical_bytes, counted.content_bytes, sums.names, sums.logical_bytes, sums.content_bytes,
                   sums.unequal
              FROM (SELECT sum(names)::bigint AS names, sum(logical_bytes)::bigint AS logical_bytes,
                           sum(content_bytes)::bigint AS content_bytes
                      FROM apidrive.name_shard) AS counted
             CROSS JOIN (SELECT COALESCE(sum(kept.names), 0)::bigint AS names,
                                COALESCE(sum(kept.names * size), 0)::bigint AS logical_bytes,
                                COALESCE(sum(size) FILTER (WHERE kept.names > 0), 0)::bigint AS content_bytes,
                                count(*) FILTER (WHERE kept.names IS DISTINCT FROM name_content.names) AS unequal
                           FROM kept FULL JOIN apidrive.name_content USING (digest, size)) AS sums""";
    /** Who counts changes rows of this table in the statement that changes those of the other. */
    private static final String LOCK = "LOCK TABLE apidrive.name_shard IN SHARE ROW EXCLUSIVE MODE";
    private static final String MEND = KEPT + """
            , gone AS (
                DELETE FROM apidrive.name_content
                 WHERE NOT EXISTS (SELECT FROM kept WHERE kept.digest = name_content.digest AND kept.size = name_content.size))
            INSERT INTO apidrive.name_content AS known (digest, size, names) SELECT digest, size, names FROM kept
                ON CONFLICT (digest, size) DO UPDATE SET names = EXCLUDED.names WHERE known.names <> EXCLUDED.names""";

    /** Names, and the bytes of what they mean, once for each and once for each content. */
    private record Sums(long names, long logicalBytes, long contentBytes) {
        @Override
        public String toString() {
            return names + " names of " + logicalBytes + " bytes, " + contentBytes + " without what is the same";
        }
    }

    private record Count(Sums counted, Sums kept, long unequalContents) {
        private boolean isEqual() {
            return counted.equals(kept) && unequalContents == 0;
        }
    }

    private final Database database;

    public UsageCheck(Database database) {
        this.database = database;
    }

    @Override
    public Page look(String after) {
        Count count = database.autocommit(UsageCheck::count);
        List<Finding> findings = count.isEqual() ? List.of() : List.of(new Finding(Finding.Kind.USAGE_UNEQUAL, "usage",
                "counted are " + count.counted() + "; kept are " + count.kept() + "; of " + count.unequalContents()
                + " contents the names are counted otherwise", Optional.of(this::repair)));
        return new Page(count.kept().names(), 0, findings, Optional.empty());
    }

    private void repair() {
        database.inTransaction(connection -> {
            try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
                lock.execute();
            }
            Count count = count(connection);
            NameLedger.change(connection, 0, count.kept().names() - count.counted().names(),
                    count.kept().logicalBytes() - count.counted().logicalBytes(),
                    count.kept().contentBytes() - count.counted().contentBytes());
            try (PreparedStatement mend = connection.prepareStatement(MEND)) {
                return mend.executeUpdate();
            }
        });
    }

    private static Count count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT); ResultSet row = statement.executeQuery()) {
            row.next();
            return new Count(new Sums(row.getLong(1), row.getLong(2), row.getLong(3)),
                    new Sums(row.getLong(4), row.getLong(5), row.getLong(6)), row.getLong(7));
        }
    }
}
