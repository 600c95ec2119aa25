package apidrive.door.dtfc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import apidrive.door.api.Answer;
import apidrive.door.api.ProblemAnswers;
import jakarta.servlet.http.HttpServletRequest;

/** Answers in words: dtfc's own where it has some, and after their pattern where it has none. */
final class Refused {
    private static final String TYPE = "text/plain; charset=utf-8";
    private static final int BUSY = 503;
    private static final String TWO_MINUTES = "120";  // what the words for it say
    private static final Map<Integer, String> WORDS = Map.of(401, "401 Unauthorized.\n", 403, "403 Forbidden.\n",
            404, "404 Not Found.\n", 410, "410 Gone.\n", 413, "413 Too Large.\n", 416, "invalid range: failed to overlap\n",
            429, "429 Too Many Requests.\n", 500, "Internal server error.\n",
            BUSY, "Service Unavailable. Try again in 2 minutes.\n", 507, "507 No Room.\n");

    private Refused() {
    }

    static Answer notFound() {
        return of(404);
    }

    static Answer of(int status) {
        return worded(Answer.of(status), words(status));
    }

    /** What went wrong, with the status and the fields of its problem. A body that breaks off is a fault of the server to dtfc. */
    static Answer of(Throwable thrown, HttpServletRequest request) {
        Answer answer = thrown instanceof IOException ? Answer.of(500) : ProblemAnswers.of(thrown, request);
        return answer.status() == BUSY ? worded(answer, words(BUSY)).with("Retry-After", TWO_MINUTES) : worded(answer, words(answer.status()));
    }

    static Answer worded(Answer answer, String words) {
        return answer.with("X-Content-Type-Options", "nosniff").body(TYPE, words.getBytes(StandardCharsets.UTF_8));
    }

    private static String words(int status) {
        return WORDS.getOrDefault(status, status + " Refused.\n");
    }
}
