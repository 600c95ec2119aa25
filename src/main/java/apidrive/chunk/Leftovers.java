package apidrive.chunk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import apidrive.sql.Database;
import apidrive.wire.ChunkId;

/**
 * The bytes of chunks that were deleted: their slots are free, and they go a batch at a time, or when the same chunk is stored again.
 * Whose bytes are left has no row in {@code chunk}. There are about {@link #MOST} at once, beside what the slots hold; whoever deletes
 * more deletes the bytes himself.
 */
public final class Leftovers {
    /** Chunks, of 64 KiB at most: 2 GiB. */
    public static final int MOST = 32_768;

    private static final String COUNT = "SELECT count(*) FROM (SELECT FROM apidrive.leftover LIMIT ?) AS bounded";
    private static final String LEAVE = """
            INSERT INTO apidrive.leftover (id, epoch) SELECT id, epoch FROM unnest(?, ?) AS gone (id, epoch) ON CONFLICT DO NOTHING""";
    private static final String TAKE = """
            WITH taken AS (SELECT id, epoch FROM apidrive.leftover LIMIT ? FOR UPDATE SKIP LOCKED)
            DELETE FROM apidrive.leftover USING taken WHERE leftover.id = taken.id AND leftover.epoch = taken.epoch
            RETURNING leftover.id, leftover.epoch""";
    private static final String TAKE_THESE = "DELETE FROM apidrive.leftover WHERE id = ANY (?) RETURNING id, epoch";
    private static final String DELETE_BYTES = "DELETE FROM %s WHERE id = ANY (?) RETURNING id";
    private static final String ALL_EPOCHS = "apidrive.chunk_data";
    private static final String IS_THERE = "SELECT to_regclass(?) IS NOT NULL";

    /** Where the bytes of a chunk without a row are. */
    record Leftover(ChunkId id, int epoch) {
    }

    private final Database database;

    public Leftovers(Database database) {
        this.database = database;
    }

    /** Deletes the bytes of at most {@code limit}; returns of how many. */
    public int delete(int limit) {
        return database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
                statement.setInt(1, limit);
                return deleteBytes(connection, statement);
            }
        });
    }

    /** The rows of these chunks go in this transaction, and their bytes after it, or with it where many are left already. */
    static void leave(Connection connection, List<Leftover> gone) throws SQLException {
        if (count(connection) + gone.size() > MOST) {
            deleteBytes(connection, gone);
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(LEAVE)) {
            statement.setArray(1, Columns.uuids(connection, gone.stream().map(Leftover::id).toList()));
            statement.setArray(2, Columns.integers(connection, gone.stream().map(Leftover::epoch).toList()));
            statement.executeUpdate();
        }
    }

    /** What is left of these goes in this transaction, which stores them anew. */
    static void clear(Connection connection, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE_THESE)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            deleteBytes(connection, statement);
        }
    }

    private static int count(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
            statement.setInt(1, MOST);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static int deleteBytes(Connection connection, PreparedStatement taking) throws SQLException {
        List<Leftover> taken = Columns.rows(taking, row -> new Leftover(Columns.id(row, 1), row.getInt(2)));
        deleteBytes(connection, taken);
        return taken.size();
    }

    private static void deleteBytes(Connection connection, List<Leftover> some) throws SQLException {
        Map<Integer, Set<ChunkId>> byEpoch = some.stream().collect(Collectors.groupingBy(Leftover::epoch,
                Collectors.mapping(Leftover::id, Collectors.toSet())));
        Set<ChunkId> left = some.stream().map(Leftover::id).collect(Collectors.toCollection(TreeSet::new));
        for (Map.Entry<Integer, Set<ChunkId>> epoch : byEpoch.entrySet()) {
            String table = Epochs.table(epoch.getKey());
            if (isThere(connection, table)) {
                left.removeAll(deleteBytes(connection, epoch.getValue(), table));
            }
        }
        if (!left.isEmpty()) {  // the row named an epoch that is not theirs
            deleteBytes(connection, left, ALL_EPOCHS);
        }
    }

    private static boolean isThere(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_THERE)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static List<ChunkId> deleteBytes(Connection connection, Collection<ChunkId> ids, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE_BYTES.formatted(table))) {
            statement.setArray(1, Columns.uuids(connection, ids));
            return Columns.ids(statement);
        }
    }
}
