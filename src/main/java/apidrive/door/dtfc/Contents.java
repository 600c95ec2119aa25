package apidrive.door.dtfc;

import static apidrive.problem.Problem.CHUNK_DELETED;
import static apidrive.problem.Problem.FORBIDDEN;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import apidrive.manifest.Label;
import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.Mode;
import apidrive.name.NameKey;
import apidrive.name.NamePage;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.object.Condition;
import apidrive.object.ObjectWriter;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;

/**
 * The whole network's contents by their SHA-512: those that came by this door, and those that came by another. What this door knows
 * besides is one name a hash, so that it is the same on every node, and reaches a node that is away when it comes back. Threads share it.
 */
public final class Contents {
    private static final String NAMESPACE = "dtfc";
    private static final String FILE = "file:";  // no hash begins so
    private static final int LOCKS = 64;

    private final Names names;
    private final ObjectWriter writer;
    private final NetworkChunks chunks;
    private final InstantSource clock;
    private final boolean deletedStays;
    private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

    /** {@code deletedStays}: whether what was deleted stays so when its bytes are stored again. */
    public Contents(Names names, ObjectWriter writer, NetworkChunks chunks, InstantSource clock, boolean deletedStays) {
        this.names = names;
        this.writer = writer;
        this.chunks = chunks;
        this.clock = clock;
        this.deletedStays = deletedStays;
    }

    /** What is kept; empty when nothing that may be seen. Throws FORBIDDEN where it is marked so, NAME_AWAY. */
    Optional<Content> find(String sha512) {
        Optional<NameRecord> own = names.find(key(sha512));
        Standing standing = own.map(Standing::of).orElse(Standing.NONE);
        requireAllowed(sha512, standing);
        return standing.isDeleted() || standing.mark().isPresent() ? Optional.empty()
                : object(sha512, own).map(record -> content(standing, record));
    }

    /** Whether it was deleted or is marked, so that it is not to be seen whoever has it. Throws NAME_AWAY. */
    boolean isHidden(String sha512) {
        Standing standing = names.find(key(sha512)).map(Standing::of).orElse(Standing.NONE);
        return standing.isDeleted() || standing.mark().isPresent();
    }

    /** The content that was last stored under a file name, as dtfc writes it. As {@link #find}. */
    Optional<Content> named(String fileName) {
        String plain = FileNames.plain(fileName);
        return plain.isEmpty() ? Optional.empty() : names.find(fileKey(plain))
                .flatMap(record -> find(record.digests().sha512())).map(found -> new Content(List.of(plain), found.record()));
    }

    /**
     * Notes what came by this door, and keeps it for {@code holder}. Throws FORBIDDEN and CHUNK_DELETED where it is not to be seen all
     * the same.
     */
    Content put(StoredObject object, UUID holder, String fileName, Wish wish) {
        String sha512 = object.digests().sha512();
        Optional<NameKey> file = Optional.of(FileNames.plain(fileName)).filter(plain -> !plain.isEmpty()).map(Contents::fileKey);
        NameRecord record;
        Standing standing;
        synchronized (lock(sha512)) {
            Standing before = names.find(key(sha512)).map(Standing::of).orElse(Standing.NONE);
            requireAllowed(sha512, before);
            if (before.mark().isPresent() || before.isDeleted() && deletedStays) {
                throw CHUNK_DELETED.because("what has the SHA-512 " + sha512 + " was deleted here for good");
            }
            standing = before.stored(fileName, clock.instant());
            record = names.putStored(key(sha512), object, standing.metadata(), Mode.VERSIONED, wish, holder, Optional.empty()).record();
        }
        file.ifPresent(key -> names.put(key, object, Map.of(), Mode.VERSIONED, wish));
        return content(standing, record);
    }

    /** Hides the content from this door on every node, and returns what it was; empty as {@link #find} is. Throws as that. */
    Optional<Content> delete(String sha512, Wish wish) {
        synchronized (lock(sha512)) {
            Optional<Content> content = find(sha512);
            content.ifPresent(known -> {
                names.delete(key(sha512), wish);  // and all versions, so that what was kept for them goes
                names.put(key(sha512), nothing(), Standing.DELETED.metadata(), Mode.VERSIONED, wish);
            });
            return content;
        }
    }

    /** Names of this door above one, at most {@code limit}, ascending: hashes, then file names, each deletion a name too. */
    NamePage<NameRecord> page(Optional<String> after, int limit) {
        return names.list(NAMESPACE, "", after, limit);
    }

    /** Whether a name of this door is a hash whose content may be seen, and was not stored after an instant. */
    static boolean isOlder(NameRecord record, Instant before) {
        Standing standing = Standing.of(record);
        return !record.key().name().startsWith(FILE) && !standing.isDeleted() && standing.mark().isEmpty()
                && record.madeAt().plus(Standing.GRAIN).isBefore(before);
    }

    /** As {@link #delete}; does nothing where it is hidden or was stored since {@code before}. Returns whether it did. */
    boolean purge(String sha512, Instant before, Wish wish) {
        synchronized (lock(sha512)) {
            boolean isOlder = names.find(key(sha512)).filter(record -> isOlder(record, before)).isPresent();
            if (isOlder) {
                names.put(key(sha512), nothing(), Standing.DELETED.metadata(), Mode.VERSIONED, wish);
            }
            return isOlder;
        }
    }

    /** The mark on a hash, empty for none; what it would show is not looked at. */
    public Optional<Mark> mark(String sha512) {
        return names.find(key(sha512)).map(Standing::of).flatMap(Standing::mark);
    }

    /** Marks a hash, of whatever is kept or may come; empty takes the mark away. */
    public void mark(String sha512, Optional<Mark> mark, Wish wish) {
        synchronized (lock(sha512)) {
            Optional<NameRecord> own = names.find(key(sha512));
            Standing standing = own.map(Standing::of).orElse(Standing.NONE).marked(mark);
            if (standing.equals(Standing.NONE)) {
                names.delete(key(sha512), wish);
            } else {
                StoredObject object = own.or(() -> object(sha512, own)).map(Contents::stored).orElseGet(this::nothing);
                names.put(key(sha512), object, standing.metadata(), Mode.VERSIONED, wish);
            }
        }
    }

    /**
     * Stores the object of no bytes, which nobody's quota pays for. It stands for what was deleted and for what is not kept: the
     * deletion of a name would be forgotten in time, and the content seen again.
     */
    private StoredObject nothing() {
        try {
            return writer.write(InputStream.nullInputStream(), Condition.NONE, Label.NONE, chunks.wish(null, null), Optional.empty(),
                    () -> { }).object();
        } catch (IOException e) {
            throw new UncheckedIOException(e);  // there is no stream that could fail
        }
    }

    /** What the hash means by this door's own name where that has its bytes, else by the name that every object has. */
    private Optional<NameRecord> object(String sha512, Optional<NameRecord> own) {
        return own.filter(record -> record.digests().sha512().equals(sha512))
                .or(() -> HashNames.parse(sha512).flatMap(names::find));
    }

    private static void requireAllowed(String sha512, Standing standing) {
        if (standing.mark().filter(Mark.FORBIDDEN::equals).isPresent()) {
            throw FORBIDDEN.because("what has the SHA-512 " + sha512 + " is not given out");
        }
    }

    private static Content content(Standing standing, NameRecord record) {
        List<String> fileNames = standing.fileNames().isEmpty() ? record.label().fileName().stream().toList() : standing.fileNames();
        return new Content(fileNames, record);
    }

    private static StoredObject stored(NameRecord record) {
        return new StoredObject(record.root().orElseThrow(), record.size(), record.digests(), record.label(), null);
    }

    private static NameKey key(String sha512) {
        return new NameKey(NAMESPACE, sha512);
    }

    private static NameKey fileKey(String plain) {
        return new NameKey(NAMESPACE, FILE + plain);
    }

    /** Who changes what is noted of a hash waits for who does so at the same time on this node; between nodes the last wins. */
    private Object lock(String sha512) {
        return locks[Math.floorMod(sha512.hashCode(), LOCKS)];
    }
}
