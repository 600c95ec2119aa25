package apidrive.door.object;

import static apidrive.problem.Problem.MALFORMED;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import apidrive.door.api.HttpDate;
import apidrive.name.NameRecord;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * What is said of a name, as fields of a header: {@code Apidrive-Meta-Colour: red} is the member {@code colour}. Field values are
 * ASCII; other characters, and the percent sign, are percent-encoded UTF-8 (RFC 3986 §2.1).
 */
final class NameFields {
    private static final String META = "apidrive-meta-";
    private static final String VERSION = "Apidrive-Version";
    private static final String ENDS = "Apidrive-Ends";

    private NameFields() {
    }

    /** The metadata that comes with a request; throws MALFORMED. */
    static Map<String, String> read(HttpServletRequest request) {
        Map<String, String> metadata = new HashMap<>();
        for (String field : Collections.list(request.getHeaderNames())) {
            String lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith(META) && lower.length() > META.length()) {
                metadata.put(lower.substring(META.length()), decoded(request.getHeader(field)));
            }
        }
        return metadata;
    }

    static void write(NameRecord record, Response.ResponseBuilder answer) {
        answer.header(VERSION, Long.toString(record.version())).header(HttpHeaders.LAST_MODIFIED, Date.from(record.madeAt()));
        record.until().ifPresent(end -> answer.header(ENDS, HttpDate.of(end)));
        record.metadata().forEach((name, value) -> {
            if (name.matches("[!#$%&'*+.^_`|~0-9a-z-]+")) {  // others put it by another door; a field cannot be named so
                answer.header(META + name, encoded(value));
            }
        });
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("the value of a field " + META + "* is not percent-encoded as it should be", e);
        }
    }

    /** All but printable ASCII without the percent sign. */
    private static String encoded(String value) {
        StringBuilder encoded = new StringBuilder();
        value.codePoints().forEach(point -> encoded.append(point > ' ' - 1 && point < 0x7f && point != '%' ? Character.toString(point)
                : URLEncoder.encode(Character.toString(point), StandardCharsets.UTF_8)));
        return encoded.toString();
    }
}
