package apidrive.object;

import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

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
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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

    /** Notes an object that was stored; one stored before is what its latest uploader says it is. */
    void save(StoredObject object, Instant now) {
        database.inTransaction(connection -> {
            save(connection, object, now);
            return null;
        });
    }

    /** As {@link #save(StoredObject, Instant)} within the caller's transaction. */
    static void save(Connection connection, StoredObject object, Instant now) throws SQLException {
        HexFormat hex = HexFormat.of();
        try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
            statement.setObject(1, object.id().uuid());
            statement.setBytes(2, object.root().bytes());
            statement.setLong(3, object.size());
            statement.setBytes(4, hex.parseHex(object.digests().sha1()));
            statement.setBytes(5, hex.parseHex(object.digests().sha256()));
            statement.setBytes(6, hex.parseHex(object.digests().sha512()));
            statement.setString(7, object.label().mediaType());
            statement.setString(8, object.label().fileName().orElse(null));
            statement.setObject(9, utc(object.expiresAt()));
            statement.setObject(10, utc(now));
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
}
