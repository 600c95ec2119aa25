package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.problem.ProblemException;
import apidrive.wire.Digest;
import apidrive.wire.Document;

/** Keys and records as nodes send them to each other. What does not hold together is MALFORMED. */
final class NameDocument {
    private static final String NAMESPACE = "Namespace";
    private static final String NAME = "Name";
    private static final String VERSION = "Version";
    private static final String ROOT = "Root";
    private static final String SIZE = "Size";
    private static final String SHA1 = "Sha1";
    private static final String SHA256 = "Sha256";
    private static final String SHA512 = "Sha512";
    private static final String MEDIA_TYPE = "MediaType";
    private static final String FILE_NAME = "FileName";
    private static final String METADATA = "Metadata";
    private static final String MADE_AT = "MadeAt";
    private static final String KIND = "Kind";
    private static final String PREFIX = "Prefix";
    private static final String LEAST = "Least";
    private static final String MOST = "Most";
    private static final String FROM = "From";
    private static final String BEFORE = "Before";
    private static final String KEY = "Key";
    private static final String VALUE = "Value";

    /**
     * Stands among the metadata, where servers of earlier builds pass it on, and count it as part of the record: they would drop a
     * member that they do not know, and with it whom the object is kept for.
     */
    static final String HOLDER = "apidrive:holder";
    /** Likewise: as ISO 8601 has it in UTC, to the second, so that texts are in the order of time. */
    static final String UNTIL = "apidrive:until";

    private NameDocument() {
    }

    static Document of(NameKey key) {
        return new Document().with(NAMESPACE, key.namespace()).with(NAME, key.name());
    }

    static Document of(NameRecord record) {
        Document document = of(record.key()).with(VERSION, record.version()).with(MADE_AT, record.madeAt());
        if (record.isDeleted()) {
            return document;
        }
        HexFormat hex = HexFormat.of();
        return document.with(ROOT, record.root().orElseThrow().bytes()).with(SIZE, record.size())
                .with(SHA1, hex.parseHex(record.digests().sha1())).with(SHA256, hex.parseHex(record.digests().sha256()))
                .with(SHA512, hex.parseHex(record.digests().sha512())).with(MEDIA_TYPE, record.label().mediaType())
                .with(FILE_NAME, record.label().fileName().orElse(null)).with(METADATA, metadata(record));
    }

    /** What its author adds, whom the object is kept for, and until when. */
    static Document metadata(NameRecord record) {
        Map<String, String> metadata = new TreeMap<>(record.metadata());
        record.holder().ifPresent(holder -> metadata.put(HOLDER, holder.toString()));
        record.until().ifPresent(end -> metadata.put(UNTIL, end.toString()));
        Document document = new Document();
        metadata.forEach(document::with);
        return document;
    }

    /** Whom the object is kept for, out of what {@link #metadata(Document)} read, which is without it then. */
    static Optional<UUID> takeHolder(Map<String, String> metadata) {
        String holder = metadata.remove(HOLDER);
        try {
            return Optional.ofNullable(holder).map(UUID::fromString);
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("'" + holder + "' holds nothing");
        }
    }

    /** Likewise until when. */
    static Optional<Instant> takeUntil(Map<String, String> metadata) {
        String until = metadata.remove(UNTIL);
        try {
            return Optional.ofNullable(until).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw MALFORMED.because("'" + until + "' is no end of a name", e);
        }
    }

    static Map<String, String> metadata(Document document) {
        Map<String, String> metadata = new LinkedHashMap<>();
        document.members().forEach((name, value) -> {
            if (!(value instanceof String text)) {
                throw MALFORMED.because("the metadata of a name is texts");
            }
            metadata.put(name, text);
        });
        return metadata;
    }

    static NameKey key(Document document) {
        return new NameKey(require(NAMESPACE, document.text(NAMESPACE)), require(NAME, document.text(NAME)));
    }

    static NameRecord record(Document document) {
        NameKey key = key(document);
        long version = require(VERSION, document.get(VERSION, Long.class));
        Instant madeAt = require(MADE_AT, document.get(MADE_AT, Instant.class));
        Optional<byte[]> root = document.bytes(ROOT);
        if (root.isEmpty()) {
            return NameRecord.deleted(key, version, madeAt);
        }
        Map<String, String> metadata = metadata(require(METADATA, document.get(METADATA, Document.class)));
        Optional<UUID> holder = takeHolder(metadata);
        Optional<Instant> until = takeUntil(metadata);
        return checked(() -> new NameRecord(key, version, root.map(Digest::ofBytes), require(SIZE, document.get(SIZE, Long.class)),
                ObjectDigests.of(require(SHA1, document.bytes(SHA1)), require(SHA256, document.bytes(SHA256)),
                        require(SHA512, document.bytes(SHA512))),
                Label.of(require(MEDIA_TYPE, document.text(MEDIA_TYPE)), document.text(FILE_NAME).orElse(null)),
                metadata, madeAt, holder, until));
    }

    static Document of(NameQuery query) {
        return new Document().with(KIND, query.kind().name()).with(PREFIX, query.prefix()).with(LEAST, query.least())
                .with(MOST, query.most()).with(FROM, query.from()).with(BEFORE, query.before()).with(KEY, query.key().orElse(null))
                .with(VALUE, query.value().orElse(null)).with(ROOT, query.object().map(Digest::bytes).orElse(null));
    }

    static NameQuery query(Document document) {
        String kind = require(KIND, document.text(KIND));
        return new NameQuery(Stream.of(NameQuery.Kind.values()).filter(one -> one.name().equals(kind)).findFirst()
                .orElseThrow(() -> MALFORMED.because("no names of the kind " + kind)), require(PREFIX, document.text(PREFIX)),
                require(LEAST, document.get(LEAST, Long.class)), require(MOST, document.get(MOST, Long.class)),
                require(FROM, document.get(FROM, Instant.class)), require(BEFORE, document.get(BEFORE, Instant.class)),
                document.text(KEY), document.text(VALUE),
                document.bytes(ROOT).map(root -> checked(() -> Digest.ofBytes(root))));
    }

    static Document of(NamePlace place) {
        return new Document().with(NAMESPACE, place.namespace()).with(NAME, place.name());
    }

    static NamePlace place(Document document) {
        return new NamePlace(require(NAMESPACE, document.text(NAMESPACE)), require(NAME, document.text(NAME)));
    }

    private static <T> T checked(Supplier<T> read) {
        try {
            return read.get();
        } catch (ProblemException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("a digest in the record of a name has another length", e);
        }
    }

    private static <T> T require(String member, Optional<T> value) {
        return value.orElseThrow(() -> MALFORMED.because("the member " + member + " is missing, or of another type"));
    }
}
