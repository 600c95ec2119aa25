package apidrive.client;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import apidrive.client.Candidates.Candidate;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Asks a server to extend the leases of some chunks; the answer is empty where it has no such route. */
final class RenewQuestion implements Question<Optional<List<Document>>> {
    private static final int MOST_ANSWER = 4 << 20;

    private final Http http;
    private final int count;
    private final byte[] contracts;

    RenewQuestion(Http http, List<ChunkId> ids) {
        this.http = http;
        this.count = ids.size();
        this.contracts = Format.BSON.write(ids.stream().map(id -> new Document().with("Id", id)).toList());
    }

    /** The candidate is one whose retrieve endpoint is that of an API Drive server. */
    @Override
    public CompletableFuture<Answer> ask(Candidate candidate) {
        return http.post(ServerUrl.ofRetrieve(candidate.url()).orElseThrow().renew(), new WholeBody(List.of(contracts)), MOST_ANSWER);
    }

    @Override
    public Reading<Optional<List<Document>>> read(Answer answer) {
        if (answer.status() == 404 || answer.status() == 405 || answer.status() == 501) {
            return Reading.of(Optional.empty());
        }
        if (!answer.isSuccess()) {
            return Reading.none(Outcome.of(answer));
        }
        try {
            List<Document> results = Format.BSON.readDocuments(answer.body());
            return results.size() == count ? Reading.of(Optional.of(results))
                    : Reading.none(Outcome.of(new IOException("it answered " + results.size() + " results for " + count
                            + " chunks")));
        } catch (ProblemException e) {
            return Reading.none(Outcome.of(new IOException("its answer cannot be read: " + e.detail())));
        }
    }

    @Override
    public String words() {
        return "the renewal of " + count + " chunks";
    }
}
