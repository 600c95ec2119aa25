package apidrive.chunk;

import java.time.Instant;
import java.util.Optional;

import apidrive.problem.Problem;

/** What became of one chunk of a put: kept until {@code expiresAt}, or refused for a reason (then that is null). */
public record PutResult(Instant expiresAt, Optional<Problem> refusal) {
    static PutResult kept(Instant expiresAt) {
        return new PutResult(expiresAt, Optional.empty());
    }

    static PutResult refused(Problem problem) {
        return new PutResult(null, Optional.of(problem));
    }
}
