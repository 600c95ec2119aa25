package apidrive.chunk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import apidrive.sql.Instants;
import apidrive.wire.ChunkId;

/** What a put does about claims within its transaction. Rows of {@code chunk} are locked, ascending, before any of {@code lease}. */
final class ClaimWork {
    static final String LOCK = "SELECT id FROM apidrive.chunk WHERE id = ANY (?) ORDER BY id FOR UPDATE";
    private static final String ENDED = "SELECT holder FROM apidrive.ended_lease WHERE holder = ANY (?)";
    private static final String WRITE = """
            INSERT INTO apidrive.lease AS known (holder, chunk, until)
            SELECT holder, chunk, until FROM unnest(?, ?, ?) AS told (holder, chunk, until)
                ON CONFLICT (holder, chunk) DO UPDATE SET until = EXCLUDED.until WHERE known.until < EXCLUDED.until""";
    /** A plain lease that a chunk had while nobody claimed it goes on beside the claims. */
    private static final String JOIN = """
            UPDATE apidrive.chunk
               SET expires_at = GREATEST(chunk.expires_at, told.expires_at), copies = GREATEST(chunk.copies, told.copies),
                   plain_until = GREATEST(COALESCE(chunk.plain_until, chunk.expires_at), told.plain_until)
              FROM unnest(?, ?, ?, ?) AS told (id, copies, expires_at, plain_until)
             WHERE chunk.id = told.id
            RETURNING chunk.id, chunk.expires_at""";

    private final Connection connection;
    private final Lease.Term term;

    ClaimWork(Connection connection, Lease.Term term) {
        this.connection = connection;
        this.term = term;
    }

    /** Those who claim one of these and have ended. */
    Set<UUID> ended(Collection<Arrival> arrivals) throws SQLException {
        return ended(connection, arrivals.stream().flatMap(one -> one.put().claims().stream()).map(Claim::holder)
                .collect(Collectors.toSet()));
    }

    static Set<UUID> ended(Connection connection, Collection<UUID> holders) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
            statement.setArray(1, connection.createArrayOf("uuid", holders.toArray()));
            return new HashSet<>(Columns.rows(statement, row -> row.getObject(1, UUID.class)));
        }
    }

    /** Notes the claims on chunks that this transaction has inserted or locked. */
    void write(Collection<Arrival> arrivals) throws SQLException {
        Map<ChunkId, List<Claim>> claims = new HashMap<>();
        arrivals.stream().filter(one -> one.put().isClaimed()).forEach(one -> claims.put(one.id(), one.put().claimsAt(term)));
        write(connection, claims);
    }

    /** The plain ones are passed over: they stand in the rows of chunks. */
    static void write(Connection connection, Map<ChunkId, List<Claim>> claims) throws SQLException {
        List<ChunkId> chunks = new ArrayList<>();
        List<Claim> told = new ArrayList<>();
        claims.forEach((id, some) -> some.stream().filter(claim -> !claim.isPlain()).forEach(claim -> {
            chunks.add(id);
            told.add(claim);
        }));
        if (told.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setArray(1, connection.createArrayOf("uuid", told.stream().map(Claim::holder).toArray()));
            statement.setArray(2, Columns.uuids(connection, chunks));
            statement.setArray(3, Columns.instants(connection, told.stream().map(Claim::until).toList()));
            statement.executeUpdate();
        }
    }

    /** Adds leases to those of chunks that are kept; when the last lease of each ends, those left out that have gone. */
    Map<ChunkId, Instant> join(List<Arrival> arrivals) throws SQLException {
        List<ChunkId> ids = arrivals.stream().map(Arrival::id).toList();
        Set<ChunkId> locked = lock(connection, ids);
        if (locked.size() < ids.size()) {
            return Map.of();
        }
        Map<ChunkId, Instant> joined = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(JOIN)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            statement.setArray(2, Columns.smallints(connection, arrivals.stream().map(one -> one.put().copies()).toList()));
            statement.setArray(3, Columns.instants(connection, arrivals.stream().map(Arrival::until).toList()));
            statement.setArray(4, Columns.instants(connection, arrivals.stream().map(one -> one.put().plainAt(term)).toList()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    joined.put(Columns.id(rows, 1), Instants.instant(rows, 2));
                }
            }
        }
        write(arrivals);
        return joined;
    }

    /** Those that are there still. */
    static Set<ChunkId> lock(Connection connection, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            return new HashSet<>(Columns.ids(statement));
        }
    }
}
