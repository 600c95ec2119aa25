package apidrive.object;

import static apidrive.sql.Instants.utc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.StoredObject;
import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** The objects that were stored through this node. Threads share it. */
public final class ObjectTable {
    private static final String COLUMNS = "digest, size, sha1, sha256, sha512, media_type, file_name, expires_at";
    private static final String SAVE = """
            INSERT INTO apidrive.object (root, digest, size, sha1, sha256, sha512, media_type, file_name, expires_at, stored_at)
            SELECT root, digest, size, sha1, sha256, sha512, media_type, file_name, expires_at, ?
              FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
                AS stored (root, digest, size, sha1, sha256, sha512, media_type, file_name, expires_at)
                ON CONFLICT (root) DO UPDATE
               SET media_type = excluded.media_type, file_name = excluded.file_name, stored_at = excluded.stored_at,
                   expires_at = GREATEST(object.expires_at, excluded.expires_at)""";
    private static final String FIND = "SELECT " + COLUMNS + " FROM apidrive.object WHERE root = ?";
    private static final String FIND_BY_SHA256 = "SELECT " + COLUMNS
            + " FROM apidrive.object WHERE sha256 = ? AND expires_at > ? ORDER BY root LIMIT 1";
    private static final String RENEW = "UPDATE apidrive.object SET expires_at = ? WHERE root = ? AND expires_at < ?";
    private static final String DELETE = "DELETE FROM apidrive.object WHERE root = ?";
    private static final String DELETE_EXPIRED = """
            WITH expired AS (
                SELECT root FROM apidrive.object WHERE expires_at <= ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)
            DELETE FROM apidrive.object USING expired WHERE object.root = expired.root""";

    private final Database database;

    public ObjectTable(Database database) {
        this.database = database;
    }

    /**
     * Notes objects that were stored, within the caller's transaction; one stored before is what its latest uploader says it is, of
     * several with one root the last.
     */
    static void save(Connection connection, Collection<StoredObject> stored, Instant now) throws SQLException {
        Map<ChunkId, StoredObject> distinct = new TreeMap<>();  // ascending, so that two transactions lock the same rows in one order
        stored.forEach(object -> distinct.put(object.id(), object));
        if (distinct.isEmpty()) {
            return;
        }
        HexFormat hex = HexFormat.of();
        List<StoredObject> objects = List.copyOf(distinct.values());
        try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
            statement.setObject(1, utc(now));
            statement.setArray(2, array(connection, "uuid", objects, object -> object.id().uuid()));
            statement.setArray(3, bytes(connection, objects, object -> object.root().bytes()));
            statement.setArray(4, array(connection, "bigint", objects, StoredObject::size));
            statement.setArray(5, bytes(connection, objects, object -> hex.parseHex(object.digests().sha1())));
            statement.setArray(6, bytes(connection, objects, object -> hex.parseHex(object.digests().sha256())));
            statement.setArray(7, bytes(connection, objects, object -> hex.parseHex(object.digests().sha512())));
            statement.setArray(8, array(connection, "text", objects, object -> object.label().mediaType()));
            statement.setArray(9, array(connection, "text", objects, object -> object.label().fileName().orElse(null)));
            statement.setArray(10, array(connection, "timestamptz", objects, object -> object.expiresAt().toString()));
            statement.executeUpdate();
        }
    }

    /** The object with this root, whether or not its chunks are still kept; empty where it was not stored through this node. */
    public Optional<StoredObject> find(ChunkId root) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setObject(1, root.uuid());
                return first(statement);
            }
        });
    }

    /** An object of bytes that hash to this, as this node computed it; empty where none was stored through it and is still kept. */
    Optional<StoredObject> findBySha256(Digest sha256, Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND_BY_SHA256)) {
                statement.setBytes(1, sha256.bytes());
                statement.setObject(2, utc(now));
                return first(statement);
            }
        });
    }

    /** Forgets the object, if it is known. */
    void delete(ChunkId root) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setObject(1, root.uuid());
                return statement.executeUpdate();
            }
        });
    }

    /** Keeps the row until then, if it would go before {@code renewBelow}. */
    void renew(ChunkId root, Instant until, Instant renewBelow) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
                statement.setObject(1, utc(until));
                statement.setObject(2, root.uuid());
                statement.setObject(3, utc(renewBelow));
                return statement.executeUpdate();
            }
        });
    }

    /** Forgets at most {@code limit} objects that nobody has retrieved within their lease; returns how many. */
    int deleteExpired(Instant now, int limit) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_EXPIRED)) {
                statement.setObject(1, utc(now));
                statement.setInt(2, limit);
                return statement.executeUpdate();
            }
        });
    }

    private static Optional<StoredObject> first(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(new StoredObject(Digest.ofBytes(row.getBytes(1)), row.getLong(2),
                    ObjectDigests.of(row.getBytes(3), row.getBytes(4), row.getBytes(5)),
                    new Label(row.getString(6), Optional.ofNullable(row.getString(7))), Instants.instant(row, 8))) : Optional.empty();
        }
    }

    private static Array array(Connection connection, String type, List<StoredObject> objects, Function<StoredObject, Object> column)
            throws SQLException {
        return connection.createArrayOf(type, objects.stream().map(column).toArray());
    }

    private static Array bytes(Connection connection, List<StoredObject> objects, Function<StoredObject, byte[]> column)
            throws SQLException {
        return connection.createArrayOf("bytea", objects.stream().map(column).toArray(byte[][]::new));
    }
}
