package apidrive.object;

import static apidrive.problem.Problem.OFFSET_MISMATCH;
import static apidrive.problem.Problem.UPLOAD_LOCKED;
import static apidrive.problem.Problem.UPLOAD_NOT_FOUND;
import static apidrive.sql.Instants.utc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

import apidrive.chunk.PostgresEndedLeases;
import apidrive.manifest.Label;
import apidrive.manifest.StoredObject;
import apidrive.problem.ProblemException;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/**
 * The rows of uploads. A request that writes to one holds it by a name of its own, for a while: a transaction would hold a
 * connection for as long as a client takes. Who was overtaken finds another name there, and can change nothing more.
 */
final class UploadTable {
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration NAMING_TAKES = Duration.ofMinutes(5);  // mostly much less, with what is under way to other servers
    private static final String COLUMNS = "length, received, metadata, expires_at, root, media_type, file_name, copies, ack, tree, tail, "
            + "created_at, holder, is_naming";
    private static final String CREATE = """
            INSERT INTO apidrive.upload (id, length, metadata, media_type, file_name, copies, ack, tree, tail, created_at, expires_at,
                                         holder, is_naming)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false)""";
    private static final String FIND = "SELECT " + COLUMNS + " FROM apidrive.upload WHERE id = ? AND expires_at > ?";
    private static final String LOCK = "SELECT " + COLUMNS + ", writer IS NOT NULL AND writer_until > ? FROM apidrive.upload "
            + "WHERE id = ? AND expires_at > ? FOR UPDATE";
    private static final String CLAIM = "UPDATE apidrive.upload SET writer = ?, writer_until = ? WHERE id = ?";
    private static final String HOLD = "UPDATE apidrive.upload SET writer_until = ? WHERE id = ? AND writer = ?";
    private static final String SAVE = """
            UPDATE apidrive.upload
               SET length = ?, received = ?, tree = ?, tail = ?, expires_at = ?, writer_until = ?
             WHERE id = ? AND writer = ?""";
    /** Its holder is the name's business from now on: as one of an upload he would be taken for needed. */
    private static final String FINISH = """
            UPDATE apidrive.upload
               SET length = ?, received = ?, tree = '', tail = '', root = ?, expires_at = ?, writer = NULL, writer_until = NULL,
                   holder = NULL
             WHERE id = ? AND writer = ?""";
    private static final String RELEASE = "UPDATE apidrive.upload SET writer = NULL, writer_until = NULL WHERE id = ? AND writer = ?";
    private static final String NAMING = "UPDATE apidrive.upload SET is_naming = true, writer_until = ? WHERE id = ? AND writer = ?";
    private static final String LEAVE_TO_NAMES = """
            INSERT INTO apidrive.unnamed_lease (holder, until) VALUES (?, ?) ON CONFLICT (holder) DO NOTHING""";
    /** Its holder ends, but of one that may have a name, which is left to what the names say. */
    private static final String DELETE = """
            WITH gone AS (DELETE FROM apidrive.upload %s RETURNING holder, is_naming, root),
                 left_to_names AS (
                INSERT INTO apidrive.unnamed_lease (holder, until)
                SELECT holder, ? FROM gone WHERE holder IS NOT NULL AND is_naming AND root IS NULL
                    ON CONFLICT (holder) DO NOTHING)
            SELECT CASE WHEN root IS NULL AND NOT is_naming THEN holder END FROM gone""";
    private static final String DELETE_ONE = DELETE.formatted("WHERE id = ? AND expires_at > ?");
    private static final String DELETE_OWN = DELETE.formatted("WHERE id = ? AND writer = ?");
    private static final String DELETE_EXPIRED = DELETE.formatted("""
            WHERE id = ANY (ARRAY(
                SELECT id FROM apidrive.upload WHERE expires_at <= ? ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED))""");

    /**
     * All that is known of an upload.
     *
     * @param isNaming whether all had come once, and some server may have the name
     */
    record Row(Upload upload, Label label, Wish wish, Intake.State state, Instant createdAt, Optional<UUID> holder, boolean isNaming) {
    }

    /** The hold of one request on one upload. */
    record Claim(Digest id, UUID writer, Row row) {
    }

    private final Database database;

    UploadTable(Database database) {
        this.database = database;
    }

    /** {@code id} is the digest of the secret by which its uploader asks for it. */
    void create(Digest id, Row row) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CREATE)) {
                statement.setBytes(1, id.bytes());
                setLength(statement, 2, row.upload().length());
                statement.setString(3, row.upload().metadata());
                statement.setString(4, row.label().mediaType());
                statement.setString(5, row.label().fileName().orElse(null));
                statement.setInt(6, row.wish().copies());
                statement.setInt(7, row.wish().ack());
                statement.setBytes(8, row.state().tree());
                statement.setBytes(9, row.state().tail());
                statement.setObject(10, utc(row.createdAt()));
                statement.setObject(11, utc(row.upload().expiresAt()));
                statement.setObject(12, row.holder().orElse(null), Types.OTHER);
                return statement.executeUpdate();
            }
        });
    }

    /** Throws UPLOAD_NOT_FOUND for one that is unknown or given up. */
    Upload find(Digest id, Instant now) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setBytes(1, id.bytes());
                statement.setObject(2, utc(now));
                try (ResultSet row = statement.executeQuery()) {
                    return row(row).upload();
                }
            }
        });
    }

    /** Holds the upload for a writer until then. Throws UPLOAD_NOT_FOUND, UPLOAD_LOCKED, and OFFSET_MISMATCH unless it stands at {@code offset}. */
    Claim claim(Digest id, long offset, Instant now, Instant until) {
        UUID writer = UUID.randomUUID();
        return database.inTransaction(connection -> {
            Row row = lock(connection, id, now);
            if (row.upload().received() != offset) {
                throw OFFSET_MISMATCH.because("the upload stands at " + row.upload().received() + ", not at " + offset)
                        .with("Upload-Offset", Long.toString(row.upload().received()));
            }
            try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
                statement.setObject(1, writer);
                statement.setObject(2, utc(until));
                statement.setBytes(3, id.bytes());
                statement.executeUpdate();
            }
            return new Claim(id, writer, row);
        });
    }

    /** Holds it for longer. Throws UPLOAD_LOCKED when another writer holds it by now, or it is gone. */
    void hold(Claim claim, Instant until) {
        require(database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
                statement.setObject(1, utc(until));
                statement.setBytes(2, claim.id().bytes());
                statement.setObject(3, claim.writer());
                return statement.executeUpdate();
            }
        }));
    }

    /** Notes how far it has come, and holds it for longer. Throws as {@link #hold}. */
    void save(Claim claim, Upload upload, Intake.State state, Instant until) {
        require(database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
                setLength(statement, 1, upload.length());
                statement.setLong(2, upload.received());
                statement.setBytes(3, state.tree());
                statement.setBytes(4, state.tail());
                statement.setObject(5, utc(upload.expiresAt()));
                statement.setObject(6, utc(until));
                statement.setBytes(7, claim.id().bytes());
                statement.setObject(8, claim.writer());
                return statement.executeUpdate();
            }
        }));
    }

    /** All has come, and it is about to be named; holds it for longer. Throws as {@link #hold}. */
    void naming(Claim claim, Instant until) {
        require(database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(NAMING)) {
                statement.setObject(1, utc(until));
                statement.setBytes(2, claim.id().bytes());
                statement.setObject(3, claim.writer());
                return statement.executeUpdate();
            }
        }));
    }

    /**
     * It is whole, and the object is known from now on: both or neither. Its holder is left to the names, since another may have come to keep
     * it. Throws as {@link #hold}.
     */
    void finish(Claim claim, Upload upload, StoredObject object, Instant now) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FINISH)) {
                setLength(statement, 1, upload.length());
                statement.setLong(2, upload.received());
                statement.setObject(3, object.id().uuid());
                statement.setObject(4, utc(upload.expiresAt()));
                statement.setBytes(5, claim.id().bytes());
                statement.setObject(6, claim.writer());
                require(statement.executeUpdate());
            }
            ObjectTable.save(connection, List.of(object), now);
            if (claim.row().holder().isPresent()) {
                leaveToNames(connection, claim.row().holder().get(), now);
            }
            return null;
        });
    }

    private static void leaveToNames(Connection connection, UUID holder, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LEAVE_TO_NAMES)) {
            statement.setObject(1, holder);
            statement.setObject(2, utc(now.plus(NAMING_TAKES)));
            statement.executeUpdate();
        }
    }

    /** Lets go of it, if it is still held by this writer. */
    void release(Claim claim) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
                statement.setBytes(1, claim.id().bytes());
                statement.setObject(2, claim.writer());
                return statement.executeUpdate();
            }
        });
    }

    /**
     * Ends who claims what had come, unless it is whole or may have a name; what may is left to the names. Throws UPLOAD_NOT_FOUND for one
     * that is unknown or given up.
     */
    void delete(Digest id, Instant now) {
        if (database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_ONE)) {
                statement.setBytes(1, id.bytes());
                statement.setObject(2, utc(now));
                statement.setObject(3, utc(now.plus(NAMING_TAKES)));
                return end(connection, statement, now);
            }
        }) == 0) {
            throw unknown();
        }
    }

    /** As the other for who writes to it. Throws as {@link #hold}. */
    void delete(Claim claim, Instant now) {
        require(database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_OWN)) {
                statement.setBytes(1, claim.id().bytes());
                statement.setObject(2, claim.writer());
                statement.setObject(3, utc(now.plus(NAMING_TAKES)));
                return end(connection, statement, now);
            }
        }));
    }

    /** Removes at most {@code limit} that were given up, oldest first, as {@link #delete} does; returns how many. */
    int deleteExpired(Instant now, int limit) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DELETE_EXPIRED)) {
                statement.setObject(1, utc(now));
                statement.setInt(2, limit);
                statement.setObject(3, utc(now.plus(NAMING_TAKES)));
                return end(connection, statement, now);
            }
        });
    }

    /** Ends those whom the statement returns; how many rows that were. */
    private static int end(Connection connection, PreparedStatement deletion, Instant now) throws SQLException {
        SortedMap<UUID, Instant> ended = new TreeMap<>();
        int rows = 0;
        try (ResultSet row = deletion.executeQuery()) {
            for (; row.next(); rows++) {
                Optional.ofNullable(row.getObject(1, UUID.class)).ifPresent(holder -> ended.put(holder, now));
            }
        }
        if (!ended.isEmpty()) {
            PostgresEndedLeases.note(connection, ended, now, false);
        }
        return rows;
    }

    private static Row lock(Connection connection, Digest id, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setObject(1, utc(now));
            statement.setBytes(2, id.bytes());
            statement.setObject(3, utc(now));
            try (ResultSet found = statement.executeQuery()) {
                Row row = row(found);
                if (found.getBoolean(15)) {
                    throw UPLOAD_LOCKED.because("another request writes to this upload", RETRY);
                }
                return row;
            }
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        if (!row.next()) {
            throw unknown();
        }
        Long length = row.getObject(1, Long.class);
        Upload upload = new Upload(row.getLong(2), length == null ? OptionalLong.empty() : OptionalLong.of(length), row.getString(3),
                Instants.instant(row, 4), Optional.ofNullable(row.getObject(5, UUID.class)).map(ChunkId::new));
        return new Row(upload, new Label(row.getString(6), Optional.ofNullable(row.getString(7))),
                new Wish(row.getInt(8), row.getInt(9)), new Intake.State(row.getBytes(10), row.getBytes(11)),
                Instants.instant(row, 12), Optional.ofNullable(row.getObject(13, UUID.class)), row.getBoolean(14));
    }

    private static void setLength(PreparedStatement statement, int index, OptionalLong length) throws SQLException {
        if (length.isPresent()) {
            statement.setLong(index, length.getAsLong());
        } else {
            statement.setNull(index, Types.BIGINT);
        }
    }

    private static void require(int rows) {
        if (rows == 0) {
            throw UPLOAD_LOCKED.because("another request writes to this upload by now, or it was ended", RETRY);
        }
    }

    private static ProblemException unknown() {
        return UPLOAD_NOT_FOUND.because("there is no such upload, or it was given up");
    }
}
