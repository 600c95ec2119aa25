package apidrive.admin;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** The copies that are still to be made as rows, by pages of their key. */
public final class HealTable {
    private static final String PAGE = """
            SELECT chunk, node, copies_known, attempts, made_at, due_at, last_error
              FROM apidrive_view.heal_queue
             WHERE (chunk, node) > (?, ?) AND (last_error IS NOT NULL OR NOT ?)
             ORDER BY chunk, node LIMIT ?""";
    /**
     * A copy that is to be made.
     *
     * @param node      who needs it
     * @param known     copies that the queue knows of
     * @param attempts  how often somebody set out to make it
     * @param lastError why the last attempt that failed did; empty where none has
     */
    public record Row(ChunkId chunk, NodeId node, int known, int attempts, Instant madeAt, Instant dueAt, Optional<String> lastError) {
    }

    private final Database database;

    public HealTable(Database database) {
        this.database = database;
    }

    /** At most {@code limit} copies after that one, ascending by chunk and node; if {@code failing} those alone with an error. */
    public List<Row> page(ChunkId afterChunk, NodeId afterNode, boolean failing, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
                statement.setObject(1, afterChunk.uuid());
                statement.setObject(2, afterNode.uuid());
                statement.setBoolean(3, failing);
                statement.setInt(4, limit);
                try (ResultSet rows = statement.executeQuery()) {
                    List<Row> page = new ArrayList<>();
                    while (rows.next()) {
                        page.add(new Row(new ChunkId(rows.getObject(1, UUID.class)), new NodeId(rows.getObject(2, UUID.class)),
                                rows.getInt(3), rows.getInt(4), Instants.instant(rows, 5), Instants.instant(rows, 6),
                                Optional.ofNullable(rows.getString(7))));
                    }
                    return page;
                }
            }
        });
    }
}
