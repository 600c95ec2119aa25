package apidrive.client;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;

/**
 * What a server answered.
 *
 * @param body   the body whole, within a bound
 * @param result the one document of the body where that has been read already; else null
 */
record Answer(int status, HttpHeaders headers, byte[] body, Document result) {
    private static final int MOST_WORDS = 200;
    private static final int OK = 200;
    private static final String HOLDERS = "Chunk-Holders";
    private static final int MOST_HOLDERS = 16;
    private static final byte[] NO_BODY = new byte[0];

    static Answer of(int status, HttpHeaders headers, byte[] body) {
        return new Answer(status, headers, body, null);
    }

    /** One result among those of an exchange for many: a problem document tells its status, and when to try again. */
    static Answer ofResult(Document result) {
        OptionalLong wait = result.number("RetryAfter");
        Map<String, List<String>> headers = wait.isEmpty() ? Map.of()
                : Map.of("Retry-After", List.of(Long.toString(wait.getAsLong())));
        return new Answer((int) result.number("status").orElse(OK), HttpHeaders.of(headers, (name, value) -> true),
                NO_BODY, result);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Who keeps the chunk that this acknowledges, as far as the server says and it can be read. */
    List<ServerUrl> holders() {
        List<String> told = result != null
                ? result.get("Holders", List.class).map(Answer::texts).orElse(List.of())
                : headers.firstValue(HOLDERS).map(value -> List.of(value.split(","))).orElse(List.of());
        return told.stream().flatMap(text -> ServerUrl.understood(text).stream()).distinct().limit(MOST_HOLDERS).toList();
    }

    Format format() {
        return headers.firstValue("Content-Type").map(type -> type.replace("application/problem+json", Format.JSON_TYPE))
                .flatMap(Format::ofMediaType).orElse(Format.BSON);
    }

    /** The one document of the body; throws MALFORMED. */
    Document document() {
        return result != null ? result : format().readDocument(body);
    }

    /** Status and what the server says about it, on one line without control characters. */
    String words() {
        return ("status " + status + detail().map(detail -> ", " + detail).orElse("")).replaceAll("\\p{Cntrl}+", " ");
    }

    /** The failure that it tells of, where it is one of those that are known. */
    Optional<Problem> problem() {
        try {
            return document().text("type").flatMap(Problem::ofType);
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    private static List<String> texts(List<?> values) {
        return values.stream().filter(String.class::isInstance).map(String.class::cast).toList();
    }

    private Optional<String> detail() {
        try {
            Document problem = document();
            return problem.text("detail").or(() -> problem.text("Message")).or(() -> problem.text("title"))
                    .map(text -> text.length() > MOST_WORDS ? text.substring(0, MOST_WORDS) + " ..." : text);
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }
}
