package apidrive.name;

import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Format;

/** Records as rows of {@code name} hold them, and arrays of their columns to bind: as many rows as one statement is to insert. */
final class NameColumns {
    /** What {@link #records} reads. */
    static final String ALL = "namespace, name, version, digest, size, sha1, sha256, sha512, media_type, file_name, "
            + "metadata::text, made_at";

    /** What {@link #head} reads. */
    static final String HEAD = "name, version, digest, sum, metadata ->> '" + NameDocument.UNTIL + "'";

    /** What a row says. */
    @FunctionalInterface
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private NameColumns() {
    }

    /**
     * Binds 14 arrays: id, version, sum, namespace, name, digest, size, SHA-1, SHA-256, SHA-512, media type, file name, metadata, and when
     * it was made.
     */
    static void bind(PreparedStatement statement, int first, List<NameRecord> records) throws SQLException {
        Connection connection = statement.getConnection();
        HexFormat hex = HexFormat.of();
        statement.setArray(first, uuids(connection, records.stream().map(record -> record.key().id()).toList()));
        statement.setArray(first + 1, array(connection, "bigint", records, NameRecord::version));
        statement.setArray(first + 2, array(connection, "bigint", records, NameRecord::sum));
        statement.setArray(first + 3, array(connection, "text", records, record -> record.key().namespace()));
        statement.setArray(first + 4, array(connection, "text", records, record -> record.key().name()));
        statement.setArray(first + 5, bytes(connection, records, record -> record.root().map(Digest::bytes).orElse(null)));
        statement.setArray(first + 6, array(connection, "bigint", records, NameRecord::size));
        statement.setArray(first + 7, bytes(connection, records, one -> one.isDeleted() ? null : hex.parseHex(one.digests().sha1())));
        statement.setArray(first + 8, bytes(connection, records, one -> one.isDeleted() ? null : hex.parseHex(one.digests().sha256())));
        statement.setArray(first + 9, bytes(connection, records, one -> one.isDeleted() ? null : hex.parseHex(one.digests().sha512())));
        statement.setArray(first + 10, array(connection, "text", records, record -> record.label().mediaType()));
        statement.setArray(first + 11, array(connection, "text", records, record -> record.label().fileName().orElse(null)));
        statement.setArray(first + 12, array(connection, "text", records,
                record -> new String(Format.JSON.write(NameDocument.metadata(record)), StandardCharsets.UTF_8)));
        statement.setArray(first + 13, array(connection, "timestamptz", records, record -> record.madeAt().toString()));
    }

    static List<NameRecord> records(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            return records(rows);
        }
    }

    static List<NameRecord> records(ResultSet rows) throws SQLException {
        List<NameRecord> records = new ArrayList<>();
        while (rows.next()) {
            records.add(record(rows));
        }
        return records;
    }

    /** The record of the row that is read now. */
    static NameRecord record(ResultSet row) throws SQLException {
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

    /** What the row that is read now tells of a record. */
    static NameHead head(ResultSet row) throws SQLException {
        return new NameHead(row.getString(1), row.getLong(2), Optional.ofNullable(row.getBytes(3)).map(Digest::ofBytes), row.getLong(4),
                Optional.ofNullable(row.getString(5)).map(Instant::parse));
    }

    static Array uuids(Connection connection, Collection<ChunkId> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.stream().map(ChunkId::uuid).toArray(UUID[]::new));
    }

    private static Array array(Connection connection, String type, List<NameRecord> records, Function<NameRecord, Object> column)
            throws SQLException {
        return connection.createArrayOf(type, records.stream().map(column).toArray());
    }

    private static Array bytes(Connection connection, List<NameRecord> records, Function<NameRecord, byte[]> column) throws SQLException {
        return connection.createArrayOf("bytea", records.stream().map(column).toArray(byte[][]::new));
    }
}
