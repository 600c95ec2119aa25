package apidrive.door.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;

/** Dates of header fields (RFC 9110 §5.6.7), which know whole seconds. */
public final class HttpDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);

    private HttpDate() {
    }

    public static String of(Instant instant) {
        return FORMAT.format(instant);
    }

    /** What a field of a request says; empty where it is missing or no date, which is to be taken for missing. */
    static Optional<Instant> field(HttpServletRequest request, String name) {
        try {
            long millis = request.getDateHeader(name);
            return millis < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether what is of {@code instant} changed after the second that a field named. */
    static boolean isAfter(Instant instant, Instant second) {
        return instant.truncatedTo(ChronoUnit.SECONDS).isAfter(second);
    }
}
