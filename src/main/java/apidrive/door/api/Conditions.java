package apidrive.door.api;

import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;

/** The conditions of a GET or HEAD on a representation with a strong tag, in the order of RFC 9110 §13.2.2. */
final class Conditions {
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
            throw PRECONDITION_FAILED.because("the chunk's tag is " + tag);
        }
        return request.getHeader("If-None-Match") != null && matches(request.getHeaders("If-None-Match"), tag, true);
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
