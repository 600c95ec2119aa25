package apidrive.name;

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
    static final Comparator<String> BY_CODE_POINT = NamePlace::compare;
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

    /** Where surrogates stand, a code point is above the basic plane; between two of them the first difference decides as well. */
    private static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char left = one.charAt(i);
            char right = other.charAt(i);
            if (left != right) {
                boolean isBeyond = Character.isSurrogate(left);
                return isBeyond == Character.isSurrogate(right) ? left - right : isBeyond ? 1 : -1;
            }
        }
        return one.length() - other.length();
    }

    @Override
    public int compareTo(NamePlace other) {
        return ORDER.compare(this, other);
    }
}
