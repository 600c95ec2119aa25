package apidrive.name;

import static apidrive.sql.Instants.utc;

import java.sql.Array;
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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import apidrive.chunk.PostgresEndedLeases;
import apidrive.sql.Database;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * The names this node keeps: of each at most {@link #VERSIONS} versions, and none below a deletion. What is kept of a name follows
 * from all that was ever put, whatever the order, so that nodes which tell each other all they have come to keep the same. Threads
 * share it; each method is one transaction.
 */
final class NameTable {
    /** Versions of a name that are kept. */
    static final int VERSIONS = 10;
    /** Who puts the same name waits until the other is on disk; others hardly ever do, though each transaction puts many names. */
    private static final int STRIPES = 1 << 24;
    private static final int LOCK_CLASS = 0x6e616d65;  // an arbitrary number for this purpose alone

    private static final String LOCK = "SELECT pg_advisory_xact_lock(?, stripe) FROM unnest(?) AS stripe";
    /**
     * Two statements in one exchange: the second sees what was committed before the locks were taken. A record of a name of which nothing
     * was known is the newest as it comes, so that it is written once. Whether anything is known is asked of the index for each name:
     * EXISTS would let a plan that was made while the table was empty read all of it for ever. One plan serves all of a transaction's
     * statements, however few records they bring: to plan them each time takes as long as they do.
     */
    private static final String INSERT = """
            SELECT set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true),
                   count(pg_advisory_xact_lock(?, stripe)) FROM unnest(?) AS stripe;
            INSERT INTO apidrive.name (id, version, sum, is_newest, namespace, name, digest, size, sha1, sha256, sha512, media_type,
                                       file_name, metadata, made_at)
            SELECT told.id, told.version, told.sum, (SELECT false FROM apidrive.name AS known WHERE known.id = told.id LIMIT 1) IS NULL,
                   told.namespace, told.name, told.digest, told.size, told.sha1, told.sha256, told.sha512, told.media_type,
                   told.file_name, told.metadata::jsonb, told.made_at
              FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS told (id, version, sum, namespace, name, digest, size, sha1, sha256,
                   sha512, media_type, file_name, metadata, made_at)
                ON CONFLICT DO NOTHING
            RETURNING id, is_newest, CASE WHEN is_newest AND %s THEN digest END, size, 1""".formatted(NameLedger.COUNTS);
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
                   AND name.id = ranked.id AND name.version = ranked.version AND name.sum = ranked.sum
                RETURNING is_newest AND %2$s AS counted, digest, size),
            turned AS (
                UPDATE apidrive.name SET is_newest = (place = 1) FROM ranked
                 WHERE place <= ? AND deletions_above = 0 AND is_newest <> (place = 1)
                   AND name.id = ranked.id AND name.version = ranked.version AND name.sum = ranked.sum
                RETURNING %2$s AS counts, digest, size, CASE WHEN is_newest THEN 1 ELSE -1 END AS names)
            SELECT holder, NULL::bytea, 0, 0
              FROM (SELECT holder FROM ranked WHERE (place > ? OR deletions_above > 0) AND holder IS NOT NULL
                    EXCEPT
                    SELECT holder FROM ranked WHERE place <= ? AND deletions_above = 0) AS gone
             UNION ALL
            SELECT NULL, digest, size, -1 FROM outlived WHERE counted
             UNION ALL
            SELECT NULL, digest, size, names FROM turned WHERE counts""".formatted(NameDocument.HOLDER, NameLedger.COUNTS);
    private static final String HOLDERS = """
            SELECT metadata ->> '%1$s',
                   CASE WHEN count(*) = count(metadata ->> '%2$s') THEN max((metadata ->> '%2$s') COLLATE "C") END
              FROM apidrive.name
             WHERE id = ANY (?) AND metadata ->> '%1$s' IS NOT NULL
             GROUP BY metadata ->> '%1$s'""".formatted(NameDocument.HOLDER, NameDocument.UNTIL);
    private static final String DELETE = """
            DELETE FROM apidrive.name USING unnest(?, ?, ?) AS gone (id, version, sum)
             WHERE name.id = gone.id AND name.version = gone.version AND name.sum = gone.sum
            RETURNING CASE WHEN is_newest AND %s THEN digest END, size, -1""".formatted(NameLedger.COUNTS);
    private static final String OWE = """
            INSERT INTO apidrive.name_owed (id, node, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING""";
    /** By the index and by one plan, as above; outside of a transaction the exchange is one, to which the settings are confined. */
    private static final String NEWEST = """
            SELECT set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true);
            SELECT %s FROM apidrive.name WHERE id = ANY (?) AND is_newest""".formatted(NameColumns.ALL);
    private static final String VERSIONS_OF = "SELECT " + NameColumns.ALL + " FROM apidrive.name WHERE id = ?"
            + " ORDER BY version DESC, digest DESC NULLS LAST, sum DESC";

    private final Database database;

    NameTable(Database database) {
        this.database = database;
    }

    /** Records that are kept together, of at most {@link NameShelf#MOST} names, and who is to be told of all of them. */
    record Told(Collection<NameRecord> records, Set<NodeId> owed) {
    }

    /**
     * Keeps what counts of these records, and notes that {@code owed} are to be told of all of their names. For whom a record was kept
     * that counts no more has ended. Returns the newest of each name.
     */
    Map<NameKey, NameRecord> put(Collection<NameRecord> records, Set<NodeId> owed, Instant now) {
        return put(List.of(new Told(records, owed)), now);
    }

    /** As the other for several at once. */
    Map<NameKey, NameRecord> put(List<Told> all, Instant now) {
        Map<ChunkId, List<NameRecord>> names = new HashMap<>();
        all.stream().flatMap(told -> told.records().stream())
                .forEach(record -> names.computeIfAbsent(record.key().id(), id -> new ArrayList<>()).add(record));
        if (names.isEmpty()) {
            return Map.of();
        }
        return database.inTransaction(connection -> {
            Map<NameKey, NameRecord> newest = new HashMap<>();
            NameLedger ledger = new NameLedger();
            Set<ChunkId> others = new HashSet<>(names.keySet());  // of which more may be known than came now
            for (ChunkId id : insert(connection, names, ledger)) {
                if (names.get(id).size() == 1) {
                    NameRecord only = names.get(id).get(0);
                    newest.put(only.key(), only);
                    others.remove(id);
                }
            }
            if (!others.isEmpty()) {
                end(connection, rank(connection, others, ledger), now);
                newest.putAll(newest(connection, others));
            }
            owe(connection, all, now);
            ledger.write(connection);
            return newest;
        });
    }

    /** Lets go of exactly these. */
    void release(Collection<NameMark> marks) {
        Set<ChunkId> ids = marks.stream().map(NameMark::id).collect(Collectors.toSet());
        database.inTransaction(connection -> {
            lock(connection, ids);
            NameLedger ledger = new NameLedger();
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setArray(1, NameColumns.uuids(connection, marks.stream().map(NameMark::id).toList()));
                statement.setArray(2, connection.createArrayOf("bigint", marks.stream().map(NameMark::version).toArray()));
                statement.setArray(3, connection.createArrayOf("bigint", marks.stream().map(NameMark::sum).toArray()));
                try (ResultSet gone = statement.executeQuery()) {
                    while (gone.next()) {
                        ledger.read(gone, 1);
                    }
                }
            }
            rank(connection, ids, ledger);
            ledger.write(connection);
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
                return NameColumns.records(statement);
            }
        });
    }

    /** Those for whom objects are kept by any record of these names, and until when at the latest; empty for no end. */
    Map<UUID, Optional<Instant>> holders(Collection<NameKey> keys) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
                statement.setArray(1, NameColumns.uuids(connection, keys.stream().map(NameKey::id).toList()));
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

    /** Ascending, so that nobody waits for one who waits for him. */
    private static void lock(Connection connection, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setInt(1, LOCK_CLASS);
            statement.setArray(2, stripes(connection, ids));
            statement.execute();
        }
    }

    private static Array stripes(Connection connection, Collection<ChunkId> ids) throws SQLException {
        return connection.createArrayOf("integer", ids.stream()
                .map(id -> Math.floorMod(id.uuid().getLeastSignificantBits(), STRIPES)).distinct().sorted().toArray());
    }

    /** Returns those for whom an object was kept by records that went, and by none that stays; {@code ledger} is told what counts now. */
    private static Collection<UUID> rank(Connection connection, Collection<ChunkId> ids, NameLedger ledger) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RANK)) {
            statement.setArray(1, NameColumns.uuids(connection, ids));
            statement.setInt(2, VERSIONS);
            statement.setInt(3, VERSIONS);
            statement.setInt(4, VERSIONS);
            statement.setInt(5, VERSIONS);
            List<UUID> holders = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Optional.ofNullable(rows.getString(1)).map(UUID::fromString).ifPresent(holders::add);
                    ledger.read(rows, 2);
                }
            }
            return holders;
        }
    }

    private static void end(Connection connection, Collection<UUID> holders, Instant now) throws SQLException {
        if (!holders.isEmpty()) {
            SortedMap<UUID, Instant> ended = new TreeMap<>();
            holders.forEach(holder -> ended.put(holder, now));
            PostgresEndedLeases.note(connection, ended, now, false);
        }
    }

    /** Returns those of which nothing was known; {@code ledger} is told what counts of these. */
    private static List<ChunkId> insert(Connection connection, Map<ChunkId, List<NameRecord>> names, NameLedger ledger)
            throws SQLException {
        List<NameRecord> records = names.values().stream().flatMap(List::stream).toList();
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setInt(1, LOCK_CLASS);
            statement.setArray(2, stripes(connection, names.keySet()));
            NameColumns.bind(statement, 3, records);
            statement.execute();
            statement.getMoreResults();
            List<ChunkId> fresh = new ArrayList<>();
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    if (rows.getBoolean(2)) {
                        fresh.add(new ChunkId(rows.getObject(1, UUID.class)));
                    }
                    ledger.read(rows, 3);
                }
            }
            return fresh;
        }
    }

    private static void owe(Connection connection, List<Told> all, Instant now) throws SQLException {
        if (all.stream().allMatch(told -> told.owed().isEmpty())) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(OWE)) {
            for (Told told : all) {
                for (NameRecord record : told.records()) {
                    for (NodeId node : told.owed()) {
                        statement.setObject(1, record.key().id().uuid());
                        statement.setObject(2, node.uuid());
                        statement.setObject(3, utc(now));
                        statement.addBatch();
                    }
                }
            }
            statement.executeBatch();
        }
    }

    private static Map<NameKey, NameRecord> newest(Connection connection, Collection<ChunkId> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NEWEST)) {
            statement.setArray(1, NameColumns.uuids(connection, ids));
            Map<NameKey, NameRecord> newest = new HashMap<>();
            statement.execute();
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                NameColumns.records(rows).forEach(record -> newest.put(record.key(), record));
            }
            return newest;
        }
    }
}
