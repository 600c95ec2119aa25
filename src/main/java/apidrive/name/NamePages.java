package apidrive.name;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.wire.ChunkId;

/** Pages of the names this node keeps, in one order or another. Threads share it; each method is one statement. */
final class NamePages {
    private static final int ID = 13;  // behind NameColumns.ALL

    private static final String IN_ORDER = """

              FROM apidrive.name
             WHERE namespace = ? AND name > ? AND name >= ? AND name < ? AND is_newest
             ORDER BY namespace, name
             LIMIT ?""";
    private static final String LIST = "SELECT " + NameColumns.ALL + IN_ORDER;
    private static final String HEADS = "SELECT " + NameColumns.HEAD + IN_ORDER;
    /** Of records that say the same of the same holder, the last. */
    private static final String CLAIMING = "SELECT " + NameColumns.ALL + """
            , id, sum, is_newest
              FROM apidrive.name
             WHERE (id, version, sum) > (?, ?, ?) AND metadata ->> '%1$s' IS NOT NULL
               AND NOT EXISTS (SELECT FROM apidrive.name AS later
                                WHERE later.id = name.id AND (later.version, later.sum) > (name.version, name.sum)
                                  AND later.digest = name.digest AND later.metadata ->> '%1$s' = name.metadata ->> '%1$s')
             ORDER BY id, version, sum
             LIMIT ?""".formatted(NameDocument.HOLDER);
    private static final String LIVE = "SELECT " + NameColumns.ALL + """
              FROM apidrive.name
             WHERE (namespace, name) > (?, ?) AND is_newest AND digest IS NOT NULL
             ORDER BY namespace, name
             LIMIT ?""";
    static final String OVER = "SELECT " + NameColumns.ALL + """
              FROM apidrive.name
             WHERE is_newest AND digest IS NOT NULL AND metadata ->> '%1$s' IS NOT NULL
               AND (metadata ->> '%1$s') COLLATE "C" <= ?
               AND ((metadata ->> '%1$s') COLLATE "C", namespace, name) > (?, ?, ?)
             ORDER BY (metadata ->> '%1$s') COLLATE "C", namespace, name
             LIMIT ?""".formatted(NameDocument.UNTIL);
    private static final String HIGHEST = Character.toString(Character.MAX_CODE_POINT).repeat(NameKey.MOST_BYTES);

    private final Database database;

    NamePages(Database database) {
        this.database = database;
    }

    /** At most {@code limit} names above {@code after} that begin with {@code prefix}, ascending by code point, deletions among them. */
    List<NameRecord> list(String namespace, String prefix, String after, int limit) {
        return list(LIST, namespace, prefix, after, limit, NameColumns::record);
    }

    /** As the other, of each as much as a list of names alone takes. */
    List<NameHead> heads(String namespace, String prefix, String after, int limit) {
        return list(HEADS, namespace, prefix, after, limit, NameColumns::head);
    }

    private <T> List<T> list(String query, String namespace, String prefix, String after, int limit, NameColumns.Row<T> read) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setString(1, namespace);
                statement.setString(2, after);
                statement.setString(3, prefix);
                statement.setString(4, beyond(prefix));
                statement.setInt(5, limit);
                try (ResultSet rows = statement.executeQuery()) {
                    List<T> names = new ArrayList<>();
                    while (rows.next()) {
                        names.add(read.of(rows));
                    }
                    return names;
                }
            }
        });
    }

    /** At most {@code limit} names that mean something, in order of namespace and name. */
    List<NameRecord> live(Optional<NameKey> after, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LIVE)) {
                statement.setString(1, after.map(NameKey::namespace).orElse(""));
                statement.setString(2, after.map(NameKey::name).orElse(""));
                statement.setInt(3, limit);
                return NameColumns.records(statement);
            }
        });
    }

    /** At most {@code limit} records behind {@code after}, of any version, that keep something for a holder, by mark. */
    List<NameVersion> claiming(NameMark after, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CLAIMING)) {
                statement.setObject(1, after.id().uuid());
                statement.setLong(2, after.version());
                statement.setLong(3, after.sum());
                statement.setInt(4, limit);
                List<NameVersion> versions = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        NameRecord record = NameColumns.record(rows);
                        versions.add(new NameVersion(record, new NameMark(new ChunkId(rows.getObject(ID, UUID.class)), record.version(),
                                rows.getLong(ID + 1)), rows.getBoolean(ID + 2)));
                    }
                }
                return versions;
            }
        });
    }

    /** At most {@code limit} names whose end has come at {@code now}, in the order of their ends, behind {@code after}. */
    List<NameRecord> over(Optional<NameRecord> after, Instant now, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OVER)) {
                statement.setString(1, text(now));
                statement.setString(2, after.flatMap(NameRecord::until).map(NamePages::text).orElse(""));
                statement.setString(3, after.map(record -> record.key().namespace()).orElse(""));
                statement.setString(4, after.map(record -> record.key().name()).orElse(""));
                statement.setInt(5, limit);
                return NameColumns.records(statement);
            }
        });
    }

    /** The least text above all that begin with {@code prefix}; above every name where there is none. */
    static String beyond(String prefix) {
        int[] points = prefix.codePoints().toArray();
        for (int length = points.length; length > 0; length--) {
            int last = points[length - 1];
            if (last < Character.MAX_CODE_POINT) {
                boolean isBeforeSurrogates = last + 1 == Character.MIN_SURROGATE;
                return new String(points, 0, length - 1) + Character.toString(isBeforeSurrogates ? Character.MAX_SURROGATE + 1 : last + 1);
            }
        }
        return HIGHEST;
    }

    /** An end as it stands among the metadata. */
    private static String text(Instant end) {
        return end.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
