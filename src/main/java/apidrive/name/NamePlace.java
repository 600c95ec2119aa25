package apidrive.name;

import java.util.Arrays;
import java.util.Comparator;

/**
 * A place in the order of all names: by namespace, then by name. Not every place is one of a name. Building one throws MALFORMED.
 *
 * @param namespace any text without control characters
 * @param name      likewise
 */
public record NamePlace(String namespace, String name) implements Comparable<NamePlace> {
    /** Before all names. */
    public static final NamePlace START = new NamePlace("", "");
    /** As PostgreSQL orders text by its "C" collation: by code point. A String's own order differs beyond the basic plane. */
    static final Comparator<String> BY_CODE_POINT = (one, other) ->
            Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());
    private static final Comparator<NamePlace> ORDER = Comparator.comparing(NamePlace::namespace, BY_CODE_POINT)
            .thenComparing(NamePlace::name, BY_CODE_POINT);

    public NamePlace {
        NameKey.requireText(namespace);
        NameKey.requireText(name);
    }

    /** Where this name stands. */
    static NamePlace of(NameKey key) {
        return new NamePlace(key.namespace(), key.name());
    }

    @Override
    public int compareTo(NamePlace other) {
        return ORDER.compare(this, other);
    }
}
