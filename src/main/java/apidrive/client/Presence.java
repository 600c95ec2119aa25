package apidrive.client;

import java.util.concurrent.CompletableFuture;

import apidrive.client.Candidates.Candidate;
import apidrive.manifest.Manifest;

/** Asks whether a server has a chunk, without its bytes: {@code HEAD /api/drive/chunk/{id}?here=true}. */
final class Presence implements Question<Presence.Finding> {
    enum Finding {
        HERE,
        /** Not under this route, which the server may not have. */
        NOT_HERE,
        /** The server has no such route. */
        NOT_TOLD
    }

    private final Http http;
    private final ServerUrl server;
    private final Manifest manifest;
    private final int order;

    Presence(Http http, ServerUrl server, Manifest manifest, int order) {
        this.http = http;
        this.server = server;
        this.manifest = manifest;
        this.order = order;
    }

    @Override
    public CompletableFuture<Answer> ask(Candidate candidate) {
        return http.head(server.chunkHere(manifest.id(order)));
    }

    @Override
    public Reading<Finding> read(Answer answer) {
        return switch (answer.status()) {
            case 404, 410 -> Reading.of(Finding.NOT_HERE);
            case 405, 501 -> Reading.of(Finding.NOT_TOLD);
            default -> !answer.isSuccess() ? Reading.none(Outcome.of(answer))
                    : isTheChunk(answer) ? Reading.of(Finding.HERE)
                    : Reading.none(Outcome.wrong("it keeps other bytes than those of " + words()));
        };
    }

    @Override
    public String words() {
        return "chunk " + order + " (" + manifest.id(order) + ")";
    }

    /** Size and digest, as far as both sides tell them. */
    private boolean isTheChunk(Answer answer) {
        var length = answer.headers().firstValueAsLong("Content-Length");
        if (length.isPresent() && manifest.size(order).isPresent() && length.getAsLong() != manifest.size(order).getAsInt()) {
            return false;
        }
        return answer.headers().firstValue("ETag").filter(tag -> tag.matches("\"\\p{XDigit}{64}\""))
                .flatMap(tag -> manifest.digest(order).map(digest -> tag.equalsIgnoreCase("\"" + digest + "\""))).orElse(true);
    }
}
