package apidrive.problem;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A {@link Problem} that happened, with what there is to say about this time. */
public final class ProblemException extends RuntimeException {
    private final Problem problem;
    private final Duration retryAfter;
    private final Map<String, String> headers = new LinkedHashMap<>();

    ProblemException(Problem problem, String detail, Duration retryAfter, Throwable cause) {
        super(detail, cause);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    public Problem problem() {
        return problem;
    }

    /** What happened, in words meant for the caller. */
    public String detail() {
        return getMessage();
    }

    /** Adds a header field that the answer carries besides its document. Returns this. */
    public ProblemException with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** Header fields of the answer, in the order added. */
    public Map<String, String> headers() {
        return Collections.unmodifiableMap(headers);
    }

    /** How long to wait before trying again; empty when trying again is no cure. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
