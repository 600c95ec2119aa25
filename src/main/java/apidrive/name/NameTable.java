package apidrive.name;

import static apidrive.sql.Instants.utc;

import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import apidrive.chunk.EndedLeases;
import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Format;
import apidrive.wire.NodeId;

/**
 * The names this node keeps: of each at most {@link #VERSIONS} versions, and none below a deletion. What is kept of a name follows
 * from all that was ever put, whatever the order, so that nodes which tell each other all they have come to keep the same. Threads
 * share it; each method is one transaction.
 */
final class NameTable {
    /** Versions of a name that are kept. */
    static final int VERSIONS = 10;
    /** Who puts the same name waits until the other is on disk; others seldom do, though a store puts four names, and many store at once. */
    private static final int STRIPES = 4_096;
    private static final int LOCK_CLASS = 0x6e616d65;  // an arbitrary number for this purpose alone

    static final String COLUMNS = "namespace, name, version, digest, size, sha1, sha256, sha512, media_type, file_name, "
            + "metadata::text, made_at";
    private static final int ID = 13;  // behind COLUMNS
    private static final String LOCK = "SELECT pg_advisory_xact_lock(?, stripe) FROM unnest(?) AS stripe";
    private static final String INSERT = """
            INSERT INTO apidrive.name (id, version, sum, is_newest, namespace, name, digest, size, sha1, sha256, sha512, media_type,
                                       file_name, metadata, made_at)
            VALUES (?, ?, ?, false, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?)
                ON CONFLICT DO NOTHING""";
    private static final String RANK = """
            WITH ranked AS (
                SELECT id, version, sum, metadata ->> '%1$s' AS holder, row_number() OVER newest_first AS place,
                       count(*) FILTER (WHERE digest IS NULL)
                           OVER (newest_first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS deletions_above
                  FROM apidrive.name
                 WHERE id = ANY (?)
                WINDOW newest_first AS (PARTITION BY id ORDER BY version DESC, digest DESC NULLS LAST, sum DESC)),
            outlived AS (
                DELETE FROM apidrive.name USING ranked
                 WHERE (place > ? OR deletions_above > 0)
                   AND name.id = ranked.id AND name.version = ranked.version AND name.sum = ranked.sum),
            turned AS (
                UPDATE apidrive.name SET is_newest = (place = 1) FROM ranked
                 WHERE place <= ? AND deletions_above = 0 AND is_newest <> (place = 1)
                   AND name.id = ranked.id AND name.version = ranked.version AND name.sum = ranked.sum)
            SELECT holder FROM ranked WHERE (place > ? OR deletions_above > 0) AND holder IS NOT NULL
            EXCEPT
            SELECT holder FROM ranked WHERE place <= ? AND deletions_above = 0""".formatted(NameDocument.HOLDER);
    private static final String HOLDERS = """
            SELECT metadata ->> '%1$s',
                   CASE WHEN count(*) = count(metadata ->> '%2$s') THEN max((metadata ->> '%2$s') COLLATE "C") END
              FROM apidrive.name
             WHERE id = ANY (?) AND metadata ->> '%1$s' IS NOT NULL
             GROUP BY metadata ->> '%1$s'""".formatted(NameDocument.HOLDER, NameDocument.UNTIL);
    private static final String DELETE = """
            DELETE FROM apidrive.name USING unnest(?, ?, ?) AS gone (id, version, sum)
             WHERE name.id = gone.id AND name.version = gone.version AND name.sum = gone.sum""";
    private static final String OWE = """
            INSERT INTO apidrive.name_owed (id, node, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING""";
    private static final String NEWEST = "SELECT " + COLUMNS + " FROM apidrive.name WHERE id = ANY (?) AND is_newest";
    private static final String VERSIONS_OF = "SELECT " + COLUMNS + " FROM apidrive.name WHERE id = ?"
            + " ORDER BY version DESC, digest DESC NULLS LAST, sum DESC";
    private static final String LIST = "SELECT " + COLUMNS + """
              FROM apidrive.name
             WHERE namespace = ? AND name > ? AND name >= ? AND name < ? AND is_newest
             ORDER BY namespace, name
             LIMIT ?""";
    /** Of records that say the same of the same holder, the last. */
    private static final String CLAIMING = "SELECT " + COLUMNS + """
            , id, sum, is_newest
              FROM apidrive.name
             WHERE (id, version, sum) > (?, ?, ?) AND metadata ->> '%1$s' IS NOT NULL
               AND NOT EXISTS (SELECT FROM apidrive.name AS later
                                WHERE later.id = name.id AND (later.version, later.sum) > (name.version, name.sum)
                                  AND later.digest = name.digest AND later.metadata ->> '%1$s' = name.metadata ->> '%1$s')
             ORDER BY id, version, sum
             LIMIT ?""".formatted(NameDocument.HOLDER);
    private static final String LIVE = "SELECT " + COLUMNS + """
              FROM apidrive.name
             WHERE (namespace, name) > (?, ?) AND is_newest AND digest IS NOT NULL
             ORDER BY namespace, name
             LIMIT ?""";
    static final String OVER = "SELECT " + COLUMNS + """
              FROM apidrive.name
             WHERE is_newest AND digest IS NOT NULL AND metadata ->> '%1$s' IS NOT NULL
               AND (metadata ->> '%1$s') COLLATE "C" <= ?
               AND ((metadata ->> '%1$s') COLLATE "C", namespace, name) > (?, ?, ?)
             ORDER BY (metadata ->> '%1$s') COLLATE "C", namespace, name
             LIMIT ?""".formatted(NameDocument.UNTIL);
    private static final String HIGHEST = Character.toString(Character.MAX_CODE_POINT).repeat(NameKey.MOST_BYTES);

    private final Database database;

    NameTable(Database database) {
        this.database = database;
    }

    /**
     * Keeps what counts of these records, and notes that {@code owed} are to be told of all of their names. For whom a record was kept
     * that counts no more has ended. Returns the newest of each name.
     */
    Map<NameKey, NameRecord> put(Collection<NameRecord> records, Set<NodeId> owed, Instant now) {
        Map<ChunkId, NameKey> keys = new HashMap<>();
        records.forEach(record -> keys.put(record.key().id(), record.key()));
        return database.inTransaction(connection -> {
            lock(connection, keys.keySet());
            insert(connection, records);
            end(connection, rank(connection, keys.keySet()), now);
            owe(connection, keys.keySet(), owed, now);
            return newest(connection, keys.keySet());
        });
    }

    /** Lets go of exactly these. */
    void release(Collection<NameMark> marks) {
        Set<ChunkId> ids = marks.stream().map(NameMark::id).collect(Collectors.toSet());
        database.inTransaction(connection -> {
            lock(connection, ids);
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setArray(1, uuids(connection, marks.stream().map(NameMark::id).toList()));
                statement.setArray(2, connection.createArrayOf("bigint", marks.stream().map(NameMark::version).toArray()));
                statement.setArray(3, connection.createArrayOf("bigint", marks.stream().map(NameMark::sum).toArray()));
                statement.executeUpdate();
            }
            rank(connection, ids);
            return null;
        });
    }

    /** The newest record of each name that is known, deletions among them. */
    Map<NameKey, NameRecord> newest(Collection<NameKey> keys) {
        return database.autocommit(connection -> newest(connection, keys.stream().map(NameKey::id).toList()));
    }

    /** All that is kept of a name, the newest first. */
    List<NameRecord> versions(NameKey key) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(VERSIONS_OF)) {
                statement.setObject(1, key.id().uuid());
                return records(statement);
            }
        });
    }

    /** At most {@code limit} names above {@code after} that begin with {@code prefix}, ascending by code point, deletions among them. */
    List<NameRecord> list(String namespace, String prefix, String after, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LIST)) {
                statement.setString(1, namespace);
                statement.setString(2, after);
                statement.setString(3, prefix);
                statement.setString(4, beyond(prefix));
                statement.setInt(5, limit);
                return records(statement);
            }
        });
    }

    /** At most {@code limit} names that mean something, in order of namespace and name. */
    List<NameRecord> live(Optional<NameKey> after, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LIVE)) {
                statement.setString(1, after.map(NameKey::namespace).orElse(""));
                statement.setString(2, after.map(NameKey::name).orElse(""));
                statement.setInt(3, limit);
                return records(statement);
            }
        });
    }

    /** At most {@code limit} records behind {@code after}, of any version, that keep an object for a holder, in the order of their marks. */
    List<NameVersion> claiming(NameMark after, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CLAIMING)) {
                statement.setObject(1, after.id().uuid());
                statement.setLong(2, after.version());
                statement.setLong(3, after.sum());
                statement.setInt(4, limit);
                List<NameVersion> versions = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        NameRecord record = record(rows);
                        versions.add(new NameVersion(record, new NameMark(new ChunkId(rows.getObject(ID, UUID.class)), record.version(),
                                rows.getLong(ID + 1)), rows.getBoolean(ID + 2)));
                    }
                }
                return versions;
            }
        });
    }

    /** At most {@code limit} names whose end has come at {@code now}, in the order of their ends, behind {@code after}. */
    List<NameRecord> over(Optional<NameRecord> after, Instant now, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OVER)) {
                statement.setString(1, text(now));
                statement.setString(2, after.flatMap(NameRecord::until).map(NameTable::text).orElse(""));
                statement.setString(3, after.map(record -> record.key().namespace()).orElse(""));
                statement.setString(4, after.map(record -> record.key().name()).orElse(""));
                statement.setInt(5, limit);
                return records(statement);
            }
        });
    }

    /** An end as it stands among the metadata. */
    private static String text(Instant end) {
        return end.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Those for whom objects are kept by any record of these names, and until when at the latest; empty for no end. */
    Map<UUID, Optional<Instant>> holders(Collection<NameKey> keys) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
                statement.setArray(1, uuids(connection, keys.stream().map(NameKey::id).toList()));
                Map<UUID, Optional<Instant>> holders = new HashMap<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        holders.put(UUID.fromString(rows.getString(1)), Optional.ofNullable(rows.getString(2)).map(Instant::parse));
                    }
                }
                return holders;
            }
        });
    }

    /** The least text above all that begin with {@code prefix}; above every name where there is none. */
    static String beyond(String prefix) {
        int[] points = prefix.codePoints().toArray();
        for (int length = points.length; length > 0; length--) {
            int last = points[length - 1];
            if (last < Character.MAX_CODE_POINT) {
                boolean isBeforeSurrogates = last + 1 == Character.MIN_SURROGATE;
                return new String(points, 0, length - 1) + Character.toString(isBeforeSurrogates ? Character.MAX_SURROGATE + 1 : last + 1);
            }
        }
        return HIGHEST;
    }

    /** Ascending, so that nobody waits for one who waits for him. */
    private static void lock(Connection connection, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setInt(1, LOCK_CLASS);
            statement.setArray(2, connection.createArrayOf("integer", ids.stream()
                    .map(id -> Math.floorMod(id.uuid().getLeastSignificantBits(), STRIPES)).distinct().sorted().toArray()));
            statement.execute();
        }
    }

    /** Returns those for whom an object was kept by records that went, and by none that stays. */
    private static Collection<UUID> rank(Connection connection, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RANK)) {
            statement.setArray(1, uuids(connection, ids));
            statement.setInt(2, VERSIONS);
            statement.setInt(3, VERSIONS);
            statement.setInt(4, VERSIONS);
            statement.setInt(5, VERSIONS);
            return holders(statement);
        }
    }

    private static List<UUID> holders(PreparedStatement statement) throws SQLException {
        List<UUID> holders = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                holders.add(UUID.fromString(rows.getString(1)));
            }
        }
        return holders;
    }

    private static void end(Connection connection, Collection<UUID> holders, Instant now) throws SQLException {
        if (!holders.isEmpty()) {
            SortedMap<UUID, Instant> ended = new TreeMap<>();
            holders.forEach(holder -> ended.put(holder, now));
            EndedLeases.note(connection, ended, now, false);
        }
    }

    private static void insert(Connection connection, Collection<NameRecord> records) throws SQLException {
        HexFormat hex = HexFormat.of();
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            for (NameRecord record : records) {
                boolean isLive = !record.isDeleted();
                statement.setObject(1, record.key().id().uuid());
                statement.setLong(2, record.version());
                statement.setLong(3, record.sum());
                statement.setString(4, record.key().namespace());
                statement.setString(5, record.key().name());
                statement.setBytes(6, record.root().map(Digest::bytes).orElse(null));
                statement.setLong(7, record.size());
                statement.setBytes(8, isLive ? hex.parseHex(record.digests().sha1()) : null);
                statement.setBytes(9, isLive ? hex.parseHex(record.digests().sha256()) : null);
                statement.setBytes(10, isLive ? hex.parseHex(record.digests().sha512()) : null);
                statement.setString(11, record.label().mediaType());
                statement.setString(12, record.label().fileName().orElse(null));
                statement.setString(13, new String(Format.JSON.write(NameDocument.metadata(record)), StandardCharsets.UTF_8));
                statement.setObject(14, utc(record.madeAt()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void owe(Connection connection, Collection<ChunkId> ids, Set<NodeId> owed, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OWE)) {
            for (ChunkId id : ids) {
                for (NodeId node : owed) {
                    statement.setObject(1, id.uuid());
                    statement.setObject(2, node.uuid());
                    statement.setObject(3, utc(now));
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static Map<NameKey, NameRecord> newest(Connection connection, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NEWEST)) {
            statement.setArray(1, uuids(connection, ids));
            Map<NameKey, NameRecord> newest = new HashMap<>();
            records(statement).forEach(record -> newest.put(record.key(), record));
            return newest;
        }
    }

    static List<NameRecord> records(PreparedStatement statement) throws SQLException {
        List<NameRecord> records = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                records.add(record(rows));
            }
        }
        return records;
    }

    private static NameRecord record(ResultSet row) throws SQLException {
        NameKey key = new NameKey(row.getString(1), row.getString(2));
        long version = row.getLong(3);
        byte[] digest = row.getBytes(4);
        Instant madeAt = Instants.instant(row, 12);
        Map<String, String> metadata = NameDocument.metadata(Format.JSON.readDocument(row.getString(11).getBytes(StandardCharsets.UTF_8)));
        Optional<UUID> holder = NameDocument.takeHolder(metadata);
        Optional<Instant> until = NameDocument.takeUntil(metadata);
        return digest == null ? NameRecord.deleted(key, version, madeAt) : new NameRecord(key, version, Optional.of(Digest.ofBytes(digest)),
                row.getLong(5), ObjectDigests.of(row.getBytes(6), row.getBytes(7), row.getBytes(8)),
                new Label(row.getString(9), Optional.ofNullable(row.getString(10))),
                metadata, madeAt, holder, until);
    }

    static Array uuids(Connection connection, Collection<ChunkId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.stream().map(ChunkId::uuid).toArray(UUID[]::new));
    }
}
