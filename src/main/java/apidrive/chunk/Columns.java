package apidrive.chunk;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import apidrive.wire.ChunkId;

/** Ids as columns of type {@code uuid} hold them. */
final class Columns {
    private Columns() {
    }

    static ChunkId id(ResultSet row, int column) throws SQLException {
        return new ChunkId(row.getObject(column, UUID.class));
    }

    /** The first column of every row that the statement returns. */
    static List<ChunkId> ids(PreparedStatement statement) throws SQLException {
        List<ChunkId> ids = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                ids.add(id(rows, 1));
            }
        }
        return ids;
    }

    static Array uuids(Connection connection, Collection<ChunkId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.stream().map(ChunkId::uuid).toArray());
    }
}
