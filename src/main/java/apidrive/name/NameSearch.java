package apidrive.name;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import apidrive.sql.Database;

/**
 * Looks for names among those this node keeps. What no index tells is read from the rows, in the order of names and so many at a time.
 * Threads share it.
 */
final class NameSearch {
    /** Rows that one call reads at most of those it may not want: some 20 ms. */
    static final int ROWS = 10_000;
    /** Namespaces that one call goes through at most. */
    static final int NAMESPACES = 100;

    static final String NAMESPACE = """
            SELECT namespace FROM apidrive.name WHERE namespace >= ? AND is_newest ORDER BY namespace LIMIT 1""";
    static final String SOME = """
            SELECT count(*), max(name)
              FROM (SELECT name
                      FROM apidrive.name
                     WHERE namespace = ? AND name > ? AND name >= ? AND name < ? AND is_newest
                     ORDER BY namespace, name
                     LIMIT ?) AS first""";
    static final String AMONG = "SELECT " + NameColumns.ALL + """
              FROM apidrive.name
             WHERE namespace = ? AND name > ? AND name >= ? AND name < ? AND name <= ? AND is_newest AND digest IS NOT NULL
               AND starts_with(coalesce(file_name, ''), ?) AND size BETWEEN ? AND ? AND made_at >= ? AND made_at < ?
               AND (?::text IS NULL OR jsonb_exists(metadata, ?)) AND (?::text IS NULL OR metadata ->> ? = ?)
             ORDER BY namespace, name
             LIMIT ?""";
    static final String MEANING = "SELECT " + NameColumns.ALL + """
              FROM apidrive.name
             WHERE digest = ? AND (namespace, name) > (?, ?) AND is_newest AND namespace NOT IN ('sha1', 'sha256', 'sha512')
             ORDER BY namespace, name
             LIMIT ?""";
    private static final String ABOVE = " ";  // comes before all that may stand in a namespace

    private final Database database;

    NameSearch(Database database) {
        this.database = database;
    }

    /** At most {@code limit} of what is looked for above {@code after}, and where the search stands. */
    NameFindings search(NameQuery query, NamePlace after, int limit) {
        return database.autocommit(connection -> {
            if (query.object().isPresent()) {
                List<NameRecord> records = meaning(connection, query, after, limit);
                return found(records, records.size() < limit ? Optional.empty() : Optional.of(placeOfLast(records)));
            }
            return among(connection, query, after, limit);
        });
    }

    /** Namespace after namespace; names are read only from where they begin as is wanted. */
    private static NameFindings among(Connection connection, NameQuery query, NamePlace after, int limit) throws SQLException {
        List<NameRecord> records = new ArrayList<>();
        Optional<String> namespace = namespaceFrom(connection, after.namespace());
        String name = namespace.filter(after.namespace()::equals).isPresent() ? after.name() : "";
        int rows = ROWS;
        for (int visited = 0; namespace.isPresent(); visited++) {
            if (visited == NAMESPACES) {
                return found(records, Optional.of(new NamePlace(namespace.get(), name)));
            }
            if (query.includes(namespace.get())) {
                Range range = new Range(namespace.get(), name, query.kind() == NameQuery.Kind.NAMES ? query.prefix() : "");
                Part part = part(connection, range, rows);
                records.addAll(among(connection, query, range, part, limit - records.size()));
                if (records.size() == limit) {
                    return found(records, Optional.of(placeOfLast(records)));
                }
                if (part.rows() == rows) {
                    return found(records, Optional.of(new NamePlace(namespace.get(), part.last())));
                }
                rows -= part.rows();
            }
            namespace = namespaceFrom(connection, namespace.get() + ABOVE);
            name = "";
        }
        return found(records, Optional.empty());
    }

    /** Names of a namespace above {@code after} that begin with {@code prefix}. */
    private record Range(String namespace, String after, String prefix) {
        /** Binds them to the first four parameters. */
        private void bind(PreparedStatement statement) throws SQLException {
            statement.setString(1, namespace);
            statement.setString(2, after);
            statement.setString(3, prefix);
            statement.setString(4, NamePages.beyond(prefix));
        }
    }

    private static Optional<String> namespaceFrom(Connection connection, String least) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NAMESPACE)) {
            statement.setString(1, least);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** The first names of a range: how many, and the last of them, null where there is none. */
    private record Part(int rows, String last) {
    }

    private static Part part(Connection connection, Range range, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SOME)) {
            range.bind(statement);
            statement.setInt(5, most);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Part(row.getInt(1), row.getString(2));
            }
        }
    }

    private static List<NameRecord> among(Connection connection, NameQuery query, Range range, Part part, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AMONG)) {
            range.bind(statement);
            statement.setString(5, part.last() == null ? "" : part.last());
            statement.setString(6, query.kind() == NameQuery.Kind.OBJECTS ? query.prefix() : "");
            statement.setLong(7, query.least());
            statement.setLong(8, query.most());
            statement.setObject(9, utc(query.from()));
            statement.setObject(10, utc(query.before()));
            statement.setString(11, query.key().orElse(null));
            statement.setString(12, query.key().orElse(null));
            statement.setString(13, query.value().orElse(null));
            statement.setString(14, query.key().orElse(null));
            statement.setString(15, query.value().orElse(null));
            statement.setInt(16, limit);
            return NameColumns.records(statement);
        }
    }

    private static List<NameRecord> meaning(Connection connection, NameQuery query, NamePlace after, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MEANING)) {
            statement.setBytes(1, query.object().orElseThrow().bytes());
            statement.setString(2, after.namespace());
            statement.setString(3, after.name());
            statement.setInt(4, limit);
            return NameColumns.records(statement);
        }
    }

    private static NameFindings found(List<NameRecord> records, Optional<NamePlace> next) {
        return new NameFindings(records, next, Set.of());
    }

    private static NamePlace placeOfLast(List<NameRecord> records) {
        return NamePlace.of(records.get(records.size() - 1).key());
    }
}
