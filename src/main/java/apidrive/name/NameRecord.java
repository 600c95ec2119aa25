package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.StoredObject;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Format;

/**
 * What a name means since one moment. Building one throws MALFORMED.
 *
 * @param version  the author's clock in microseconds, or just above the version replaced
 * @param root     SHA-256 of the object's root chunk; empty when the name was deleted
 * @param digests  what the object's bytes hash to; null when the name was deleted
 * @param metadata what its author adds: at most {@link #MOST_MEMBERS} members, in all at most {@link #MOST_METADATA} bytes; sorted
 * @param madeAt   by the author's clock, to the millisecond
 * @param holder   who claims the object's chunks for this name alone, until no record of it says so any more; empty where nobody does
 * @param until    when the name ends by itself, by the author's clock, to the second; empty where it stays until somebody deletes it
 */
public record NameRecord(NameKey key, long version, Optional<Digest> root, long size, ObjectDigests digests, Label label,
        Map<String, String> metadata, Instant madeAt, Optional<UUID> holder, Optional<Instant> until) implements Listed {
    public static final int MOST_METADATA = 8_192;
    /** The most members of the metadata. */
    public static final int MOST_MEMBERS = 256;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");  // which a database can hold, and people can read

    public NameRecord {
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        metadata.forEach((name, value) -> {
            NameKey.requireText(name);
            NameKey.requireText(value);
        });
        if (version < 0 || size < 0 || root.isPresent() == (digests == null) || madeAt.isBefore(Instant.EPOCH)
                || madeAt.isAfter(LATEST) || metadata.containsKey(NameDocument.HOLDER) || metadata.containsKey(NameDocument.UNTIL)
                || root.isEmpty() && (holder.isPresent() || until.isPresent()) || until.filter(end -> !isWritable(end)).isPresent()) {
            throw MALFORMED.because("the record of " + key + " does not hold together");
        }
        if (metadata.size() > MOST_MEMBERS || metadata.entrySet().stream()
                .mapToLong(entry -> bytes(entry.getKey()) + bytes(entry.getValue())).sum() > MOST_METADATA) {
            throw MALFORMED.because("the metadata of a name has more than " + MOST_MEMBERS + " members, or " + MOST_METADATA + " bytes");
        }
        if (digests != null && !HashNames.fits(key, digests)) {
            throw MALFORMED.because(key + " is a hash of other bytes");
        }
    }

    static NameRecord of(NameKey key, long version, StoredObject object, Map<String, String> metadata, Instant madeAt) {
        return of(key, version, object, metadata, madeAt, Optional.empty());
    }

    static NameRecord of(NameKey key, long version, StoredObject object, Map<String, String> metadata, Instant madeAt,
            Optional<UUID> holder) {
        return of(key, version, object, metadata, madeAt, new Keeper(holder, Optional.empty()));
    }

    static NameRecord of(NameKey key, long version, StoredObject object, Map<String, String> metadata, Instant madeAt, Keeper keeper) {
        return new NameRecord(key, version, Optional.of(object.root()), object.size(), object.digests(), object.label(), metadata, madeAt,
                keeper.holder(), keeper.until());
    }

    static NameRecord deleted(NameKey key, long version, Instant madeAt) {
        return new NameRecord(key, version, Optional.empty(), 0, null, Label.NONE, Map.of(), madeAt, Optional.empty(), Optional.empty());
    }

    NameRecord withVersion(long higher) {
        return new NameRecord(key, higher, root, size, digests, label, metadata, madeAt, holder, until);
    }

    @Override
    public String text() {
        return key.name();
    }

    /** By which the object is asked for; empty when the name was deleted. */
    public Optional<ChunkId> object() {
        return root.map(ChunkId::of);
    }

    /** Whether both say the same, whenever they did, and the other does as well to keep the object: then this one need not be kept. */
    boolean saysAs(NameRecord other) {
        return (holder.isEmpty() || other.holder.isPresent()) && root.equals(other.root) && until.equals(other.until)
                && label.equals(other.label) && metadata.equals(other.metadata);
    }

    NameMark mark() {
        return new NameMark(key.id(), version, sum());
    }

    @Override
    public long sum() {
        return ByteBuffer.wrap(Digest.of(Format.BSON.write(NameDocument.of(this))).bytes()).getLong();
    }

    private static boolean isWritable(Instant end) {
        return end.getNano() == 0 && !end.isBefore(Instant.EPOCH) && !end.isAfter(LATEST);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
