package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * Numbers, times and switches that stand in a query. JAX-RS would read them itself, and answer for one that is none as if the route were
 * missing.
 */
final class Query {
    private static final int MOST_ROWS = 1_000;

    private Query() {
    }

    /** The rows wanted of a page: what lies outside 1 to 1,000 counts as its nearest end. Throws MALFORMED. */
    static int limit(String text) {
        return (int) Math.max(1, Math.min(MOST_ROWS, number("limit", text)));
    }

    /** A whole number; {@code name} is the parameter's. Throws MALFORMED. */
    static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw MALFORMED.because(name + " is not a whole number", e);
        }
    }

    /** Whether it is {@code true} and not {@code false}; {@code name} is the parameter's. Throws MALFORMED. */
    static boolean flag(String name, String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw MALFORMED.because(name + " is neither true nor false");
        }
        return text.equals("true");
    }

    /** A day, which begins at midnight UTC, or an instant, as ISO 8601 has them; {@code name} is the parameter's. Throws MALFORMED. */
    static Instant instant(String name, String text) {
        try {
            return text.contains("T") ? Instant.parse(text) : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw MALFORMED.because(name + " is neither a day as 2026-11-22 nor an instant as 2026-11-22T08:00:00Z", e);
        }
    }
}
