package apidrive.repair;

import static apidrive.sql.Instants.utc;

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
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** What the database knows of chunks that are kept here or lack a copy, those together of which the same is known. */
public final class KnownChunks {
    /** What is not in the queue is mostly all, so it is counted without any arrays. */
    private static final String KNOWN = """
            WITH needed AS (
                SELECT chunk AS id, array_agg(DISTINCT node) AS nodes,
                       coalesce(array_agg(DISTINCT source) FILTER (WHERE source IS NOT NULL), '{}') AS sources
                  FROM apidrive.heal LEFT JOIN LATERAL unnest(sources) AS source ON true
                 GROUP BY chunk),
            kept AS (
                SELECT id, copies, expires_at FROM apidrive.chunk WHERE damaged_at IS NULL)
            SELECT %1$s AS part, nodes, sources, copies, count(*)
              FROM needed LEFT JOIN kept USING (id)
             GROUP BY 1, 2, 3, 4
             UNION ALL
            SELECT %1$s, '{}', '{}', copies, count(*)
              FROM kept
             WHERE expires_at > ? AND NOT EXISTS (SELECT FROM needed WHERE needed.id = kept.id)
             GROUP BY 1, copies""";
    /** The leading 20 bits of an id, of which a part has some or all. */
    private static final String PART =
            "((get_byte(uuid_send(id), 0) << 12) | (get_byte(uuid_send(id), 1) << 4) | (get_byte(uuid_send(id), 2) >> 4)) >> ";

    /**
     * Chunks of which the same is known.
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

    /** All of them, in parts of {@code bits}. Reads the whole queue and every small row: about a second for a million of either. */
    public List<Group> groups(int bits, Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(KNOWN.formatted(PART + (Placement.MAX_BITS - bits)))) {
                statement.setObject(1, utc(now));
                try (ResultSet rows = statement.executeQuery()) {
                    List<Group> groups = new ArrayList<>();
                    while (rows.next()) {
                        groups.add(new Group(new IdPrefix(bits, rows.getInt(1)), nodes(rows.getArray(2)), nodes(rows.getArray(3)),
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
