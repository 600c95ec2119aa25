package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;

/** The rows of {@code lease}. Threads share it; each method is one transaction. */
public final class PostgresClaims {
    private static final String OF = """
            SELECT asked.id, last.holder, last.until
              FROM unnest(?) AS asked (id)
             CROSS JOIN LATERAL (
                SELECT holder, until FROM apidrive.lease WHERE chunk = asked.id AND until > ? ORDER BY until DESC LIMIT ?) AS last
             UNION ALL
            SELECT id, ?, plain_until FROM apidrive.chunk WHERE id = ANY (?) AND plain_until > ?""";
    private static final String CLAIM = """
            UPDATE apidrive.chunk SET plain_until = COALESCE(plain_until, expires_at), expires_at = GREATEST(expires_at, told.until)
              FROM unnest(?, ?) AS told (id, until)
             WHERE chunk.id = told.id""";
    private static final String PAGE = """
            SELECT chunk FROM apidrive.lease WHERE holder = ? AND chunk > ? ORDER BY chunk LIMIT ?""";
    private static final String RENEW = """
            UPDATE apidrive.lease SET until = ? WHERE holder = ? AND chunk = ANY (?) AND until < ?""";
    private static final String UNCLAIMED = """
            SELECT id FROM apidrive.chunk
             WHERE id = ANY (?) AND expires_at > ?
               AND NOT EXISTS (SELECT FROM apidrive.lease WHERE holder = ? AND lease.chunk = chunk.id AND until > ?)""";
    private static final String EXTEND = "UPDATE apidrive.chunk SET expires_at = ? WHERE id = ANY (?) AND expires_at < ?";

    private final Database database;

    public PostgresClaims(Database database) {
        this.database = database;
    }

    /** As {@link Inventory#claims}, the plain one of each first. */
    public Map<ChunkId, List<Claim>> of(Collection<ChunkId> ids, int most, Instant now) {
        return database.autocommit(connection -> {
            Map<ChunkId, List<Claim>> claims = new HashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(OF)) {
                statement.setArray(1, Columns.uuids(connection, ids));
                statement.setObject(2, utc(now));
                statement.setInt(3, most);
                statement.setObject(4, Claim.PLAIN);
                statement.setArray(5, Columns.uuids(connection, ids));
                statement.setObject(6, utc(now));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        claims.computeIfAbsent(Columns.id(rows, 1), id -> new ArrayList<>())
                                .add(new Claim(rows.getObject(2, UUID.class), Instants.instant(rows, 3)));
                    }
                }
            }
            claims.values().forEach(some -> some.sort(Claim.ORDER));
            return claims;
        });
    }

    /** As {@link Inventory#claim}. */
    void add(Map<ChunkId, List<Claim>> told, Instant now) {
        database.inTransaction(connection -> {
            Set<ChunkId> kept = ClaimWork.lock(connection, told.keySet());
            Set<UUID> ended = ClaimWork.ended(connection, told.values().stream().flatMap(List::stream).map(Claim::holder)
                    .distinct().toList());
            Map<ChunkId, List<Claim>> claims = new HashMap<>();
            told.forEach((id, some) -> {
                List<Claim> alive = some.stream().filter(claim -> !claim.isPlain() && claim.until().isAfter(now)
                        && !ended.contains(claim.holder())).toList();
                if (kept.contains(id) && !alive.isEmpty()) {
                    claims.put(id, alive);
                }
            });
            if (!claims.isEmpty()) {
                claim(connection, claims);
                ClaimWork.write(connection, claims);
            }
            return null;
        });
    }

    /**
     * Moves the claims of a holder on at most {@code limit} chunks above {@code after} to {@code until} where they end before;
     * returns the last of these chunks, empty when there is none.
     */
    public Optional<ChunkId> renew(UUID holder, Instant until, ChunkId after, int limit) {
        return database.inTransaction(connection -> {
            List<ChunkId> page = page(connection, holder, after, limit);
            if (page.isEmpty()) {
                return Optional.empty();
            }
            ClaimWork.lock(connection, page);
            try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
                statement.setObject(1, utc(until));
                statement.setObject(2, holder);
                statement.setArray(3, Columns.uuids(connection, page));
                statement.setObject(4, utc(until));
                statement.executeUpdate();
            }
            try (PreparedStatement statement = connection.prepareStatement(EXTEND)) {
                statement.setObject(1, utc(until));
                statement.setArray(2, Columns.uuids(connection, page));
                statement.setObject(3, utc(until));
                statement.executeUpdate();
            }
            return Optional.of(page.get(page.size() - 1));
        });
    }

    /** Those of {@code ids} that are kept and that the holder does not claim, in no order. */
    public Set<ChunkId> unclaimed(UUID holder, Collection<ChunkId> ids, Instant now) {
        return database.inTransactionByIndex(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(UNCLAIMED)) {
                statement.setArray(1, Columns.uuids(connection, ids));
                statement.setObject(2, utc(now));
                statement.setObject(3, holder);
                statement.setObject(4, utc(now));
                return Set.copyOf(Columns.ids(statement));
            }
        });
    }

    /** Chunks that the holder claims, ascending. */
    static List<ChunkId> page(Connection connection, UUID holder, ChunkId after, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setObject(1, holder);
            statement.setObject(2, after.uuid());
            statement.setInt(3, limit);
            return Columns.ids(statement);
        }
    }

    private static void claim(Connection connection, Map<ChunkId, List<Claim>> claims) throws SQLException {
        List<ChunkId> ids = List.copyOf(claims.keySet());
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            statement.setArray(2, Columns.instants(connection,
                    ids.stream().map(id -> claims.get(id).stream().map(Claim::until).max(Instant::compareTo).orElseThrow()).toList()));
            statement.executeUpdate();
        }
    }
}
