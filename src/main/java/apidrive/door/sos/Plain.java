package apidrive.door.sos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import apidrive.door.api.Answer;
import apidrive.door.api.ProblemAnswers;
import apidrive.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;

/** Answers in the original's form, which is text whatever it says; where it has words of its own they are the original's to the byte. */
final class Plain {
    static final String TYPE = "text/plain; charset=utf-8";
    private static final String UNREADABLE = "failed to read body\n";

    private Plain() {
    }

    static Answer of(int status, String text) {
        return worded(Answer.of(status), text);
    }

    /** A store that failed, with the status of its problem; {@code words} are the original's for it. */
    static Answer unstored(Exception thrown, HttpServletRequest request, String words) {
        return thrown instanceof IOException ? of(500, UNREADABLE) : worded(ProblemAnswers.of(thrown, request), words);
    }

    /** A read that failed, with the status of its problem, in our words, for the original has none. */
    static Answer unread(RuntimeException thrown, HttpServletRequest request) {
        return worded(ProblemAnswers.of(thrown, request),
                (thrown instanceof ProblemException failure ? failure.detail() : "not to be had now") + "\n");
    }

    private static Answer worded(Answer answer, String text) {
        return answer.with("X-Content-Type-Options", "nosniff").body(TYPE, text.getBytes(StandardCharsets.UTF_8));
    }
}
