package apidrive.problem;

import java.time.Duration;
import java.util.Optional;

/** A {@link Problem} that happened, with what there is to say about this time. */
public final class ProblemException extends RuntimeException {
    private final Problem problem;
    private final Duration retryAfter;

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

    /** How long to wait before trying again; empty when trying again is no cure. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
