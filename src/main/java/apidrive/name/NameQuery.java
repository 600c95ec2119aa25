package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.time.Instant;
import java.util.Optional;

import apidrive.wire.Digest;

/**
 * Which names somebody looks for; all that is said holds. Building one throws MALFORMED.
 *
 * @param kind   of which names
 * @param prefix what their text begins with: of a name itself, of an object the file name that its uploader gave; empty for any
 * @param least  bytes that the object has at least, 0 or more
 * @param most   bytes that it has at most
 * @param from   when the name came to mean it, at the earliest, by its author's clock
 * @param before when at the latest, this instant itself left out
 * @param key    a name in its metadata; empty for any
 * @param value  what stands there under {@code key}; empty for whatever does
 * @param object the root of the object that it means; empty for any
 */
public record NameQuery(Kind kind, String prefix, long least, long most, Instant from, Instant before, Optional<String> key,
        Optional<String> value, Optional<Digest> object) {
    /** What a search goes through. */
    public enum Kind {
        /** Each object once, by the name that its SHA-256 is. */
        OBJECTS,
        /** What objects are called, in all namespaces but those of hashes. */
        NAMES
    }

    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");  // what PostgreSQL and JSON both express

    public NameQuery {
        NameKey.requireText(prefix);
        key.ifPresent(NameKey::requireText);
        value.ifPresent(NameKey::requireText);
        if (value.isPresent() && key.isEmpty()) {
            throw MALFORMED.because("a value of metadata stands under a name");
        }
        if (least < 0 || most < least || before.isBefore(from)) {
            throw MALFORMED.because("a range ends before it begins");
        }
        from = from.isBefore(FIRST) ? FIRST : from;
        before = before.isAfter(LAST) ? LAST : before;
    }

    /** All names of a kind that begin so. */
    public static NameQuery of(Kind kind, String prefix) {
        return new NameQuery(kind, prefix, 0, Long.MAX_VALUE, FIRST, LAST, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** All names, hashes left out, that mean the object with this root. */
    public static NameQuery meaning(Digest root) {
        return new NameQuery(Kind.NAMES, "", 0, Long.MAX_VALUE, FIRST, LAST, Optional.empty(), Optional.empty(), Optional.of(root));
    }

    /** Whether names of this namespace are looked for. */
    boolean includes(String namespace) {
        return kind == Kind.OBJECTS ? namespace.equals(HashNames.SHA256) : !HashNames.isHash(namespace);
    }

    /** Whether the record, the newest of its name, is one of those looked for. */
    boolean matches(NameRecord record) {
        if (record.isDeleted()) {
            return false;
        }
        String text = kind == Kind.OBJECTS ? record.label().fileName().orElse("") : record.key().name();
        return includes(record.key().namespace()) && text.startsWith(prefix)
                && record.size() >= least && record.size() <= most
                && !record.madeAt().isBefore(from) && record.madeAt().isBefore(before)
                && key.stream().allMatch(record.metadata()::containsKey)
                && value.stream().allMatch(wanted -> wanted.equals(record.metadata().get(key.orElseThrow())))
                && object.stream().allMatch(root -> record.root().equals(Optional.of(root)));
    }
}
