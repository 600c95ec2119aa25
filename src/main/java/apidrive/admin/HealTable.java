package apidrive.admin;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import apidrive.placement.Placement;
import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** The copies that are still to be made as rows: by pages of their key, and by what is known of the chunks they are of. */
public final class HealTable {
    private static final String PAGE = """
            SELECT chunk, node, copies_known, attempts, made_at, due_at, last_error
              FROM apidrive_view.heal_queue
             WHERE (chunk, node) > (?, ?) AND (last_error IS NOT NULL OR NOT ?)
             ORDER BY chunk, node LIMIT ?""";
    /** Five hexadecimal digits are the 20 bits that a part has at most. */
    private static final String KNOWN = """
            WITH needed AS (
                SELECT chunk, array_agg(DISTINCT node) AS nodes,
                       coalesce(array_agg(DISTINCT source) FILTER (WHERE source IS NOT NULL), '{}') AS sources
                  FROM apidrive.heal LEFT JOIN LATERAL unnest(sources) AS source ON true
                 GROUP BY chunk)
            SELECT ('x' || left(needed.chunk::text, 5))::bit(20)::integer >> ? AS part, nodes, sources, chunk.copies, count(*)
              FROM needed LEFT JOIN apidrive.chunk ON chunk.id = needed.chunk AND chunk.damaged_at IS NULL
             GROUP BY 1, 2, 3, 4""";

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

    /**
     * Chunks of which the same is known.
     *
     * @param nodes   those that need one
     * @param sources other nodes known to keep them
     * @param copies  copies that there are to be; empty where this node keeps none of them sound
     * @param chunks  how many they are
     */
    public record Known(IdPrefix part, Set<NodeId> nodes, Set<NodeId> sources, Optional<Integer> copies, long chunks) {
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

    /** All chunks that lack copies, in parts of {@code bits}. Reads the whole queue: about a second for a million rows. */
    public List<Known> known(int bits) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
                statement.setInt(1, Placement.MAX_BITS - bits);
                try (ResultSet rows = statement.executeQuery()) {
                    List<Known> groups = new ArrayList<>();
                    while (rows.next()) {
                        groups.add(new Known(new IdPrefix(bits, rows.getInt(1)), nodes(rows.getArray(2)), nodes(rows.getArray(3)),
                                Optional.ofNullable(rows.getObject(4, Integer.class)), rows.getLong(5)));
                    }
                    return groups;
                }
            }
        });
    }

    private static Set<NodeId> nodes(Array ids) throws SQLException {
        return Arrays.stream((UUID[]) ids.getArray()).map(NodeId::new).collect(Collectors.toUnmodifiableSet());
    }
}
