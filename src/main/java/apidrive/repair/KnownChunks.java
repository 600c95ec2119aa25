package apidrive.repair;

import static apidrive.sql.Instants.utc;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import apidrive.placement.Placement;
import apidrive.sql.Database;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** What the database knows of chunks that are kept here or lack a copy, many together of which the same is known. */
public final class KnownChunks {
    /**
     * Each table is read once: what is named twice PostgreSQL would first write to disk, all the small rows. Nodes and sources stand
     * in the arrays as often as they come, for to sort those of each chunk costs more than it saves.
     */
    private static final String KNOWN = """
            WITH needed AS (
                SELECT chunk AS id, array_agg(node) AS nodes,
                       coalesce(array_agg(source) FILTER (WHERE source IS NOT NULL), '{}') AS sources
                  FROM apidrive.heal LEFT JOIN LATERAL unnest(sources) AS source ON true
                 GROUP BY chunk),
            kept AS (
                SELECT id, copies, expires_at FROM apidrive.chunk WHERE damaged_at IS NULL)
            SELECT %s AS part, coalesce(nodes, '{}'), coalesce(sources, '{}'), copies, count(*)
              FROM needed FULL JOIN kept USING (id)
             WHERE nodes IS NOT NULL OR expires_at > ?
             GROUP BY 1, 2, 3, 4""";
    private static final int PAGE = 1_000;  // groups that are in memory at once: there may be as many as chunks
    /** The leading 20 bits of an id, of which a part has some or all. */
    private static final String PART =
            "((get_byte(uuid_send(id), 0) << 12) | (get_byte(uuid_send(id), 1) << 4) | (get_byte(uuid_send(id), 2) >> 4)) >> ";

    /**
     * Chunks of which the same is known; of others the same may be as well.
     *
     * @param nodes   those that need one
     * @param sources other nodes known to keep them
     * @param copies  copies that there are to be; empty where this node keeps none of them sound
     * @param chunks  how many they are
     */
    public record Group(IdPrefix part, Set<NodeId> nodes, Set<NodeId> sources, Optional<Integer> copies, long chunks) {
    }

    private final Database database;

    public KnownChunks(Database database) {
        this.database = database;
    }

    /**
     * Tells a listener of all of them, one after another, in parts of {@code bits}; it is made anew should the transaction begin
     * again. Reads the whole queue and every small row once.
     */
    public <T extends Consumer<Group>> T tell(int bits, Instant now, Supplier<T> listener) {
        return database.inTransaction(connection -> {
            T told = listener.get();
            try (PreparedStatement statement = connection.prepareStatement(KNOWN.formatted(PART + (Placement.MAX_BITS - bits)))) {
                statement.setFetchSize(PAGE);
                statement.setObject(1, utc(now));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        told.accept(new Group(new IdPrefix(bits, rows.getInt(1)), nodes(rows.getArray(2)), nodes(rows.getArray(3)),
                                Optional.ofNullable(rows.getObject(4, Integer.class)), rows.getLong(5)));
                    }
                }
            }
            return told;
        });
    }

    private static Set<NodeId> nodes(Array ids) throws SQLException {
        return Arrays.stream((UUID[]) ids.getArray()).map(NodeId::new).collect(Collectors.toUnmodifiableSet());
    }
}
