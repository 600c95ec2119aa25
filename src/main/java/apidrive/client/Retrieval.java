package apidrive.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.Manifest;
import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Asks for a chunk's bytes by the original's contract, and checks them. */
final class Retrieval implements Question<byte[]> {
    private final Bundles bundles;
    private final Manifest manifest;
    private final int order;
    private final byte[] contract;

    Retrieval(Bundles bundles, Manifest manifest, int order) {
        this.bundles = bundles;
        this.manifest = manifest;
        this.order = order;
        this.contract = Format.BSON.write(new Document().with("Id", manifest.id(order)));
    }

    @Override
    public CompletableFuture<Answer> ask(Candidate candidate) {
        return bundles.retrieve(candidate.url(), contract);
    }

    @Override
    public Reading<byte[]> read(Answer answer) {
        if (!answer.isSuccess()) {
            return Reading.none(Outcome.of(answer));
        }
        try {
            Optional<byte[]> data = answer.document().bytes("Data");
            if (data.isEmpty()) {
                return Reading.none(Outcome.wrong("its answer holds no data"));
            }
            return manifest.accepts(order, data.get()) ? Reading.of(data.get())
                    : Reading.none(Outcome.wrong("it answered other bytes than those of chunk " + manifest.id(order)));
        } catch (ProblemException e) {
            return Reading.none(Outcome.wrong("its answer cannot be read: " + e.detail()));
        }
    }

    @Override
    public String words() {
        return "chunk " + order + " (" + manifest.id(order) + ")";
    }
}
