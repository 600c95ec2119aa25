package apidrive.chunk;

import java.util.Optional;

import apidrive.problem.Problem;
import apidrive.wire.ChunkId;

/** What became of one chunk that was asked for: its bytes, or why they are refused (then {@code stored} is null). */
public record GetResult(StoredChunk stored, Optional<Problem> refusal) {
    static GetResult found(StoredChunk stored) {
        return new GetResult(stored, Optional.empty());
    }

    static GetResult refused(Problem problem) {
        return new GetResult(null, Optional.of(problem));
    }

    /** The chunk that was asked for as {@code id}; throws the problem for which it is refused. */
    public StoredChunk orThrow(ChunkId id) {
        refusal.ifPresent(problem -> {
            throw Refusals.of(problem, id);
        });
        return stored;
    }
}
