package apidrive.door.api;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.DirectAnswer;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;

/** The members of answers, in the order in which they are written. */
final class Replies {
    private Replies() {
    }

    /** The original's answer to a store ({@code Data} is null), and what it did not say. */
    static Document stored(ChunkInfo info) {
        return new Document().with("Id", info.id()).with("Data", null).with("Size", info.size())
                .with("Digest", info.digest().toString()).with("ExpiresAt", info.expiresAt());
    }

    /** The original's answer to a retrieve: {@code Id} is null. */
    static Document retrieved(byte[] data) {
        return DirectAnswer.document(data);
    }

    /** One result of a batch retrieve, which names the chunk, since there are many. */
    static Document retrieved(ChunkId id, byte[] data) {
        return new Document().with("Id", id).with("Data", data);
    }

    static Document renewed(ChunkId id, java.time.Instant expiresAt) {
        return new Document().with("Id", id).with("ExpiresAt", expiresAt);
    }

    /** RFC 9457 members; {@code Message} is what the original's clients read. */
    static Document problem(Problem problem, String detail) {
        return new Document().with("type", problem.type()).with("title", problem.title())
                .with("status", problem.status()).with("detail", detail).with("Message", detail);
    }

    /**
     * One failed result of a batch; {@code id} may be null where none was understood. {@code RetryAfter}, in seconds, is
     * what the header field of that name would say of an exchange by itself.
     */
    static Document failed(ChunkId id, ProblemException failure) {
        Document document = new Document().with("Id", id);
        problem(failure.problem(), failure.detail()).members().forEach(document::with);
        failure.retryAfter().ifPresent(wait -> document.with("RetryAfter", Math.max(1, wait.toSeconds())));
        return document;
    }
}
