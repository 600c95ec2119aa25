package apidrive.client;

import java.net.http.HttpHeaders;
import java.util.Optional;

import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** What a server answered: the body whole, within a bound. */
record Answer(int status, HttpHeaders headers, byte[] body) {
    private static final int MOST_WORDS = 200;

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    Format format() {
        return headers.firstValue("Content-Type").flatMap(Format::ofMediaType).orElse(Format.BSON);
    }

    /** The one document of the body; throws MALFORMED. */
    Document document() {
        return format().readDocument(body);
    }

    /** Status and what the server says about it, on one line without control characters. */
    String words() {
        return ("status " + status + detail().map(detail -> ", " + detail).orElse("")).replaceAll("\\p{Cntrl}+", " ");
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
