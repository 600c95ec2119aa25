package apidrive.door.api;

import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;

/** The conditions of a GET or HEAD on a representation with a strong tag, which may have a date too, in the order of RFC 9110 §13.2.2. */
public final class Conditions {
    private static final Pattern TAG = Pattern.compile("(W/)?(\"[^\"]*\")");

    private Conditions() {
    }

    /**
     * Whether the caller has these bytes, so that 304 is the answer. Throws PRECONDITION_FAILED when {@code If-Match}
     * names neither the tag nor {@code *}. A tag that is malformed matches nothing.
     *
     * @param tag the strong entity tag, in its quotes
     */
    static boolean areUnmet(HttpServletRequest request, String tag) {
        if (request.getHeader("If-Match") != null && !matches(request.getHeaders("If-Match"), tag, false)) {
            throw PRECONDITION_FAILED.because("the tag is " + tag);
        }
        return request.getHeader("If-None-Match") != null && matches(request.getHeaders("If-None-Match"), tag, true);
    }

    /**
     * As {@link #areUnmet(HttpServletRequest, String)} for what has a date besides, which counts where no tag is named.
     *
     * @param changed when it came to be as it is
     */
    public static boolean areUnmet(HttpServletRequest request, String tag, Instant changed) {
        Optional<Instant> unmodified = HttpDate.field(request, "If-Unmodified-Since");
        if (request.getHeader("If-Match") == null && unmodified.filter(second -> HttpDate.isAfter(changed, second)).isPresent()) {
            throw PRECONDITION_FAILED.because("it is of " + HttpDate.of(changed));
        }
        Optional<Instant> known = HttpDate.field(request, "If-Modified-Since");
        return areUnmet(request, tag) || request.getHeader("If-None-Match") == null
                && known.filter(second -> !HttpDate.isAfter(changed, second)).isPresent();
    }

    /** Whether an {@code If-Range}, where there is one, means these bytes, so that ranges count. */
    public static boolean isRangeMeant(HttpServletRequest request, String tag, Instant changed) {
        String field = request.getHeader("If-Range");
        return field == null || field.strip().equals(tag) || field.strip().equals(HttpDate.of(changed));
    }

    private static boolean matches(Enumeration<String> fields, String tag, boolean isWeakEnough) {
        List<String> values = Collections.list(fields);
        return values.stream().anyMatch(value -> value.strip().equals("*") || names(value, tag, isWeakEnough));
    }

    private static boolean names(String list, String tag, boolean isWeakEnough) {
        Matcher each = TAG.matcher(list);
        while (each.find()) {
            if (each.group(2).equals(tag) && (isWeakEnough || each.group(1) == null)) {
                return true;
            }
        }
        return false;
    }
}
