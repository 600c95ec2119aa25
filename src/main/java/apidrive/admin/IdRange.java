package apidrive.admin;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The ids that begin with some hexadecimal digits: those above {@code after}, up to {@code last}, in PostgreSQL's order. */
record IdRange(UUID after, UUID last) {
    private static final int DIGITS = 32;
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{0," + DIGITS + "}");

    /** Of a whole id or its beginning, with hyphens or without, in any case; empty for text that begins no id. */
    static Optional<IdRange> of(String prefix) {
        String digits = prefix.strip().replace("-", "").replace("{", "").replace("}", "").toLowerCase(Locale.ROOT);
        if (!PREFIX.matcher(digits).matches()) {
            return Optional.empty();
        }
        return Optional.of(new IdRange(before(uuid(digits + "0".repeat(DIGITS - digits.length()))),
                uuid(digits + "f".repeat(DIGITS - digits.length()))));
    }

    /** The same, from after {@code id} on. */
    IdRange from(UUID id) {
        return new IdRange(id, last);
    }

    /** The id before this one; that of zeros alone, which no chunk has, is before itself. */
    private static UUID before(UUID id) {
        long low = id.getLeastSignificantBits();
        long high = id.getMostSignificantBits();
        return low != 0 ? new UUID(high, low - 1) : high != 0 ? new UUID(high - 1, -1) : id;
    }

    private static UUID uuid(String digits) {
        return new UUID(Long.parseUnsignedLong(digits, 0, DIGITS / 2, 16),
                Long.parseUnsignedLong(digits, DIGITS / 2, DIGITS, 16));
    }
}
