package apidrive.chunk;

import static apidrive.problem.Problem.CHUNK_CLAIMED;
import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** The rows of {@code chunk} and {@code tombstone}, walked by their ids. */
public final class PostgresInventory implements Inventory {
    /** Of a row of {@code chunk}: what {@link Held} tells. */
    private static final String TOLD = """
            id, copies, expires_at, COALESCE(plain_until, expires_at) AS slides_to,
                       CASE WHEN plain_until IS NOT NULL THEN COALESCE((
                           SELECT bit_xor(uuid_hash_extended(holder, 0)) FROM apidrive.lease WHERE lease.chunk = chunk.id), 0)
                            ELSE 0 END AS claims""";
    private static final String LIST = """
            SELECT held.*
              FROM unnest(?, ?) AS part (first, last)
             CROSS JOIN LATERAL (
                SELECT %s FROM apidrive.chunk
                 WHERE id BETWEEN part.first AND part.last AND id > ? AND expires_at > ? AND damaged_at IS NULL
                 ORDER BY id LIMIT ?) AS held
             ORDER BY held.id LIMIT ?""".formatted(TOLD);
    private static final String LIST_TOMBSTONES = """
            SELECT tombstone.chunk, tombstone.until, tombstone.number
              FROM unnest(?, ?) AS part (first, last)
             CROSS JOIN LATERAL (
                SELECT chunk, until, number FROM apidrive.tombstone
                 WHERE chunk BETWEEN part.first AND part.last AND chunk > ? AND until > ?
                 ORDER BY chunk LIMIT ?) AS tombstone
             ORDER BY tombstone.chunk LIMIT ?""";
    private static final String HELD = """
            SELECT %s
              FROM apidrive.chunk WHERE id = ANY (?) AND expires_at > ? AND damaged_at IS NULL""".formatted(TOLD);
    private static final String CHECKED = """
            WITH read AS (SELECT id FROM apidrive.chunk WHERE id = ANY (?) ORDER BY id FOR UPDATE)
            UPDATE apidrive.chunk SET checked_at = ? FROM read WHERE chunk.id = read.id""";
    private static final String BURY = """
            INSERT INTO apidrive.tombstone AS known (chunk, until, number)
            SELECT chunk, until, number FROM unnest(?, ?, ?) AS given (chunk, until, number)
                ON CONFLICT (chunk) DO UPDATE SET until = EXCLUDED.until, number = EXCLUDED.number
             WHERE CASE known.number WHEN EXCLUDED.number THEN EXCLUDED.until < known.until ELSE EXCLUDED.until > known.until END""";
    private static final String IS_CLAIMED = "SELECT EXISTS (SELECT FROM apidrive.lease WHERE chunk = ? AND until > ?)";
    private static final String DELETE_CACHED = "DELETE FROM apidrive.cached_chunk WHERE id = ANY (?)";
    private static final String DELETE_HEALING = "DELETE FROM apidrive.heal WHERE chunk = ANY (?)";
    private static final String DELETE = """
            WITH gone AS (SELECT id FROM apidrive.chunk WHERE id = ANY (?) ORDER BY id FOR UPDATE)
            DELETE FROM apidrive.chunk USING gone WHERE chunk.id = gone.id
            RETURNING chunk.id, chunk.epoch, chunk.size, chunk.plain_until IS NOT NULL""";
    private static final String DELETE_CLAIMS = "DELETE FROM apidrive.lease WHERE chunk = ANY (?)";
    private static final String RELEASE = """
            WITH gone AS (
                SELECT chunk.id FROM unnest(?, ?, ?) AS told (id, copies, expires_at) JOIN apidrive.chunk ON chunk.id = told.id
                 WHERE chunk.copies = told.copies AND chunk.expires_at = told.expires_at
                 ORDER BY chunk.id FOR UPDATE OF chunk)
            DELETE FROM apidrive.chunk USING gone WHERE chunk.id = gone.id
            RETURNING chunk.id, chunk.epoch, chunk.size, chunk.plain_until IS NOT NULL""";
    private static final String FORGET = """
            WITH over AS (
                SELECT chunk FROM apidrive.tombstone WHERE until <= ? ORDER BY until LIMIT ? FOR UPDATE SKIP LOCKED)
            DELETE FROM apidrive.tombstone USING over WHERE tombstone.chunk = over.chunk""";

    private final Database database;
    private final PostgresClaims claims;

    public PostgresInventory(Database database) {
        this.database = database;
        this.claims = new PostgresClaims(database);
    }

    @Override
    public List<Summary> summaries(Collection<IdPrefix> within, int bits, Instant now, Instant settled) {
        return new SummaryQuery(within, bits, now, settled).run(database);
    }

    @Override
    public List<Held> list(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
        return page(LIST, within, after, Math.min(limit, MAX_LIST), now, PostgresInventory::held);
    }

    @Override
    public List<Held> held(Collection<ChunkId> ids, Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HELD)) {
                statement.setArray(1, Columns.uuids(connection, ids));
                statement.setObject(2, utc(now));
                return Columns.rows(statement, PostgresInventory::held);
            }
        });
    }

    @Override
    public void merge(Collection<Held> leases, Instant now) {
        database.inTransaction(connection -> Leases.merge(connection, leases, now));
    }

    @Override
    public void checked(Collection<ChunkId> ids, Instant now) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CHECKED)) {
                statement.setArray(1, Columns.uuids(connection, ids));
                statement.setObject(2, utc(now));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public int release(Collection<Held> copies) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
                statement.setArray(1, Columns.uuids(connection, copies.stream().map(Held::id).toList()));
                statement.setArray(2, Columns.smallints(connection, copies.stream().map(Held::copies).toList()));
                statement.setArray(3, Columns.instants(connection, copies.stream().map(Held::expiresAt).toList()));
                return delete(connection, statement).size();
            }
        });
    }

    @Override
    public Set<ChunkId> bury(Collection<Tombstone> tombstones) {
        return database.inTransaction(connection -> {
            SlotLedger.lockAlone(connection);
            return bury(connection, Tombstone.distinct(tombstones));
        });
    }

    @Override
    public Set<ChunkId> buryUnclaimed(Tombstone tombstone, Instant now) {
        List<ChunkId> ids = List.of(tombstone.id());
        return database.inTransaction(connection -> {
            SlotLedger.lockAlone(connection);
            ClaimWork.lock(connection, ids);  // no claim is added meanwhile
            if (isClaimed(connection, tombstone.id(), now)) {
                throw CHUNK_CLAIMED.because("an object needs chunk " + tombstone.id());
            }
            return bury(connection, Tombstone.distinct(List.of(tombstone)));
        });
    }

    private static boolean isClaimed(Connection connection, ChunkId id, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_CLAIMED)) {
            statement.setObject(1, id.uuid());
            statement.setObject(2, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static Set<ChunkId> bury(Connection connection, SortedMap<ChunkId, Tombstone> distinct) throws SQLException {
        Collection<Tombstone> given = distinct.values();
        Set<ChunkId> ids = distinct.keySet();
        try (PreparedStatement statement = connection.prepareStatement(BURY)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            statement.setArray(2, Columns.instants(connection, given.stream().map(Tombstone::until).toList()));
            statement.setArray(3, Columns.bigints(connection, given.stream().map(Tombstone::number).toList()));
            statement.executeUpdate();
        }
        return delete(connection, ids);
    }

    @Override
    public Map<ChunkId, List<Claim>> claims(Collection<ChunkId> ids, int most, Instant now) {
        return claims.of(ids, most, now);
    }

    @Override
    public void claim(Map<ChunkId, List<Claim>> told, Instant now) {
        claims.add(told, now);
    }

    /** Deletes these, if they are kept, with what is cached of them and what was to be healed; returns those that were kept. */
    static Set<ChunkId> delete(Connection connection, Collection<ChunkId> ids) throws SQLException {
        update(connection, DELETE_CACHED, ids);
        update(connection, DELETE_HEALING, ids);
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            return delete(connection, statement);
        }
    }

    @Override
    public List<Tombstone> tombstones(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
        return page(LIST_TOMBSTONES, within, after, limit, now,
                row -> new Tombstone(Columns.id(row, 1), Instants.instant(row, 2), row.getLong(3)));
    }

    @Override
    public int forgetTombstones(Instant now, int limit) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, utc(now));
                statement.setInt(2, limit);
                return statement.executeUpdate();
            }
        });
    }

    /** The first rows of the parts, which are asked for in twos, fours, eights, so that few are read in vain. */
    private <T> List<T> page(String sql, Collection<IdPrefix> within, ChunkId after, int limit, Instant now,
            Columns.Reader<T> reader) {
        List<IdRange> ranges = IdRange.of(within).stream().filter(range -> !range.isBelow(after)).toList();
        return database.inTransaction(connection -> {
            List<T> page = new ArrayList<>();
            for (int from = 0, count = 1; from < ranges.size() && page.size() < limit; from += count, count *= 2) {
                List<IdRange> some = ranges.subList(from, Math.min(ranges.size(), from + count));
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    IdRange.bind(connection, statement, 1, some);
                    statement.setObject(3, after.uuid());
                    statement.setObject(4, utc(now));
                    statement.setInt(5, limit - page.size());
                    statement.setInt(6, limit - page.size());
                    page.addAll(Columns.rows(statement, reader));
                }
            }
            return page;
        });
    }

    private static Held held(ResultSet row) throws SQLException {
        return new Held(Columns.id(row, 1), row.getInt(2), Instants.instant(row, 3), Instants.instant(row, 4), row.getLong(5));
    }

    private static void update(Connection connection, String sql, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, Columns.uuids(connection, ids));
            statement.executeUpdate();
        }
    }

    /** The rows that {@code statement} deletes, their slots and claims, and soon their bytes; returns them. */
    private static Set<ChunkId> delete(Connection connection, PreparedStatement statement) throws SQLException {
        List<Leftovers.Leftover> gone = new ArrayList<>();
        List<ChunkId> claimed = new ArrayList<>();
        long size = 0;
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                gone.add(new Leftovers.Leftover(Columns.id(rows, 1), rows.getInt(2)));
                size += rows.getInt(3);
                if (rows.getBoolean(4)) {
                    claimed.add(Columns.id(rows, 1));
                }
            }
        }
        if (gone.isEmpty()) {
            return Set.of();
        }
        if (!claimed.isEmpty()) {
            update(connection, DELETE_CLAIMS, claimed);
        }
        Leftovers.leave(connection, gone);
        SlotLedger.free(connection, gone.size(), size);
        return gone.stream().map(Leftovers.Leftover::id).collect(Collectors.toSet());
    }
}
