package apidrive.chunk;

import java.util.Optional;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;

/**
 * What became of one chunk that was asked for: its bytes, or why they are refused (then {@code stored} is null).
 *
 * @param told the refusal in words, where there is more to say than its problem does; null otherwise
 */
public record GetResult(StoredChunk stored, Optional<Problem> refusal, ProblemException told) {
    public static GetResult found(StoredChunk stored) {
        return new GetResult(stored, Optional.empty(), null);
    }

    public static GetResult refused(Problem problem) {
        return new GetResult(null, Optional.of(problem), null);
    }

    public static GetResult refused(ProblemException told) {
        return new GetResult(null, Optional.of(told.problem()), told);
    }

    /** What to throw of the chunk that was asked for as {@code id}; empty where it was found. */
    public Optional<ProblemException> failure(ChunkId id) {
        return refusal.map(problem -> told != null ? told : Refusals.of(problem, id));
    }

    /** The chunk that was asked for as {@code id}; throws the problem for which it is refused. */
    public StoredChunk orThrow(ChunkId id) {
        failure(id).ifPresent(failure -> {
            throw failure;
        });
        return stored;
    }
}
