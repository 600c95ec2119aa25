package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.time.Duration;
import java.time.format.DateTimeParseException;

/** How long something is to live, as people say it: a duration of ISO 8601 in days and less ({@code P30D}, {@code PT12H}), or seconds. */
public final class Lifetime {
    public static final Duration LEAST = Duration.ofSeconds(1);
    /** A hundred years: whoever wants more says nothing, and it lives until it is deleted. */
    public static final Duration MOST = Duration.ofDays(36_500);
    private static final int MOST_CHARACTERS = 32;

    private Lifetime() {
    }

    /** Throws MALFORMED unless it is from {@link #LEAST} to {@link #MOST}. */
    public static Duration parse(String text) {
        Duration lifetime = duration(text.strip());
        if (lifetime.compareTo(LEAST) < 0 || lifetime.compareTo(MOST) > 0) {
            throw MALFORMED.because("a lifetime is from a second to " + MOST.toDays() + " days");
        }
        return lifetime;
    }

    private static Duration duration(String text) {
        if (text.matches("\\d{1,12}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        if (text.length() <= MOST_CHARACTERS && text.matches("[Pp].*")) {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException e) {
                throw unreadable(e);
            }
        }
        throw unreadable(null);
    }

    private static RuntimeException unreadable(Throwable cause) {
        return MALFORMED.because("a lifetime is a number of seconds, or a duration as P30D or PT12H", cause);
    }
}
