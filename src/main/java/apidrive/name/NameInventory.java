package apidrive.name;

import static apidrive.sql.Instants.utc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** The rows of names as servers compare them with each other: sums of parts, marks, and what is owed to whom. Threads share it. */
final class NameInventory {
    private static final int PREFIX_BITS = 24;  // of three bytes: more than a placement has

    private static final String PARTS = """
            SELECT ((get_byte(uuid_send(id), 0) << 16) | (get_byte(uuid_send(id), 1) << 8) | get_byte(uuid_send(id), 2)) >> ? AS part,
                   count(*), bit_xor(sum)
              FROM apidrive.name
             GROUP BY 1""";
    private static final String MARKS = """
            SELECT id, version, sum
              FROM unnest(?, ?) AS range (first, last) JOIN apidrive.name ON id BETWEEN range.first AND range.last
             WHERE (id, version, sum) > (?, ?, ?)
             ORDER BY id, version, sum
             LIMIT ?""";
    private static final String KNOWN = "SELECT id, version, sum FROM apidrive.name WHERE id = ANY (?)";
    private static final String RECORDS = "SELECT " + NameColumns.ALL
            + " FROM apidrive.name JOIN unnest(?, ?, ?) AS wanted (id, version, sum) USING (id, version, sum)";
    private static final String ALL_OF = "SELECT " + NameColumns.ALL + " FROM apidrive.name WHERE id = ANY (?)";
    private static final String OUTLIVED = """
            WITH outlived AS (
                SELECT id, version, sum FROM apidrive.name WHERE digest IS NULL AND version < ? ORDER BY version LIMIT ?
                   FOR UPDATE SKIP LOCKED)
            DELETE FROM apidrive.name USING outlived
             WHERE name.id = outlived.id AND name.version = outlived.version AND name.sum = outlived.sum""";
    private static final String OWED = """
            SELECT id, node FROM apidrive.name_owed WHERE node = ANY (?) AND due_at <= ? ORDER BY node, due_at LIMIT ?""";
    private static final String TOLD = "DELETE FROM apidrive.name_owed WHERE node = ? AND id = ANY (?)";
    private static final String LATER = """
            UPDATE apidrive.name_owed SET attempts = attempts + 1, due_at = ? WHERE node = ? AND id = ANY (?)""";
    private static final String CREDITORS = "SELECT DISTINCT node FROM apidrive.name_owed";
    private static final String WRITE_OFF = "DELETE FROM apidrive.name_owed WHERE node = ANY (?)";

    /** A name that a server is to be told of. */
    record Debt(ChunkId id, NodeId node) {
    }

    private final Database database;

    NameInventory(Database database) {
        this.database = database;
    }

    /** Sums of the parts of {@code bits}, those left out of which nothing is kept. */
    List<NamePart> parts(int bits) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PARTS)) {
                statement.setInt(1, PREFIX_BITS - bits);
                List<NamePart> parts = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        parts.add(new NamePart(new IdPrefix(bits, row.getLong(1)), row.getLong(2), row.getLong(3)));
                    }
                }
                return parts;
            }
        });
    }

    /** At most {@code limit} marks above {@code after} within these parts, ascending. */
    List<NameMark> marks(Collection<IdPrefix> within, NameMark after, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(MARKS)) {
                statement.setArray(1, connection.createArrayOf("uuid", within.stream().map(IdPrefix::first).toArray()));
                statement.setArray(2, connection.createArrayOf("uuid", within.stream().map(IdPrefix::last).toArray()));
                statement.setObject(3, after.id().uuid());
                statement.setLong(4, after.version());
                statement.setLong(5, after.sum());
                statement.setInt(6, limit);
                return marks(statement);
            }
        });
    }

    /** Those of the marks that are of nothing kept here. */
    List<NameMark> unknown(Collection<NameMark> marks) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
                statement.setArray(1, NameColumns.uuids(connection, marks.stream().map(NameMark::id).distinct().toList()));
                Set<NameMark> known = new HashSet<>(marks(statement));
                return marks.stream().filter(mark -> !known.contains(mark)).toList();
            }
        });
    }

    /** The records that these are of, as far as they are kept. */
    List<NameRecord> records(Collection<NameMark> marks) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RECORDS)) {
                statement.setArray(1, NameColumns.uuids(connection, marks.stream().map(NameMark::id).toList()));
                statement.setArray(2, bigints(connection, marks.stream().map(NameMark::version).toList()));
                statement.setArray(3, bigints(connection, marks.stream().map(NameMark::sum).toList()));
                return NameColumns.records(statement);
            }
        });
    }

    /** All that is kept of these names. */
    List<NameRecord> all(Collection<ChunkId> ids) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ALL_OF)) {
                statement.setArray(1, NameColumns.uuids(connection, ids));
                return NameColumns.records(statement);
            }
        });
    }

    /** Forgets at most {@code limit} deletions below this version; returns how many. */
    int forgetDeletions(long below, int limit) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OUTLIVED)) {
                statement.setLong(1, below);
                statement.setInt(2, limit);
                return statement.executeUpdate();
            }
        });
    }

    /** At most {@code limit} debts to these servers that are due. */
    List<Debt> due(Collection<NodeId> nodes, Instant now, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OWED)) {
                statement.setArray(1, nodes(connection, nodes));
                statement.setObject(2, utc(now));
                statement.setInt(3, limit);
                List<Debt> debts = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        debts.add(new Debt(new ChunkId(row.getObject(1, UUID.class)), new NodeId(row.getObject(2, UUID.class))));
                    }
                }
                return debts;
            }
        });
    }

    /** The server knows these names by now. */
    void told(NodeId node, Collection<ChunkId> ids) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(TOLD)) {
                statement.setObject(1, node.uuid());
                statement.setArray(2, NameColumns.uuids(connection, ids));
                return statement.executeUpdate();
            }
        });
    }

    /** The server is told of these names not before {@code then}. */
    void later(NodeId node, Collection<ChunkId> ids, Instant then) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LATER)) {
                statement.setObject(1, utc(then));
                statement.setObject(2, node.uuid());
                statement.setArray(3, NameColumns.uuids(connection, ids));
                return statement.executeUpdate();
            }
        });
    }

    /** The servers that any name is owed to. */
    List<NodeId> creditors() {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CREDITORS); ResultSet row = statement.executeQuery()) {
                List<NodeId> nodes = new ArrayList<>();
                while (row.next()) {
                    nodes.add(new NodeId(row.getObject(1, UUID.class)));
                }
                return nodes;
            }
        });
    }

    /** Nothing is owed to these servers any more. */
    void writeOff(Collection<NodeId> nodes) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(WRITE_OFF)) {
                statement.setArray(1, nodes(connection, nodes));
                return statement.executeUpdate();
            }
        });
    }

    private static List<NameMark> marks(PreparedStatement statement) throws SQLException {
        List<NameMark> marks = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                marks.add(new NameMark(new ChunkId(row.getObject(1, UUID.class)), row.getLong(2), row.getLong(3)));
            }
        }
        return marks;
    }

    private static Array nodes(Connection connection, Collection<NodeId> nodes) throws SQLException {
        return connection.createArrayOf("uuid", nodes.stream().map(NodeId::uuid).toArray());
    }

    private static Array bigints(Connection connection, Collection<Long> numbers) throws SQLException {
        return connection.createArrayOf("bigint", numbers.toArray());
    }
}
