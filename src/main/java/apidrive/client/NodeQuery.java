package apidrive.client;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** One exchange with one server, answered or failed. */
final class NodeQuery {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_ANSWER = 16 << 20;  // a list of a hundred thousand servers

    /** Reads an answer; may throw {@link ProblemException}. */
    interface Reader<T> {
        T read(Answer answer);
    }

    private NodeQuery() {
    }

    /** Throws a {@link CommandFailure} when there is no such answer. */
    static <T> T get(ServerUrl server, URI url, Reader<T> reader) throws InterruptedException {
        return exchange(server, TIMEOUT, Optional.empty(), http -> http.get(url, MOST_ANSWER), reader);
    }

    /** Throws a {@link CommandFailure} where nothing was deleted. */
    static void delete(ServerUrl server, URI url, Optional<String> token) throws InterruptedException {
        exchange(server, TIMEOUT, token, http -> http.exchange("DELETE", url, BodyPublishers.noBody(), Map.of("Accept", Format.JSON_TYPE),
                MOST_ANSWER), answer -> answer.status());
    }

    /** As {@link #get}, of what the server's administration answers to a document; it may take {@code limit}. */
    static Document administer(ServerUrl server, String method, URI url, Document body, String token, Duration limit)
            throws InterruptedException {
        return exchange(server, limit, Optional.of(token), http -> http.administer(method, url, Format.JSON.write(body), MOST_ANSWER),
                answer -> answer.body().length == 0 ? new Document() : answer.document());
    }

    private static <T> T exchange(ServerUrl server, Duration limit, Optional<String> token,
            Function<Http, CompletableFuture<Answer>> call, Reader<T> reader) throws InterruptedException {
        try (Http http = new Http(limit, token)) {
            Answer answer = call.apply(http).get();
            if (!answer.isSuccess()) {
                throw new CommandFailure(ExitCode.FAILED, server + ": " + answer.words());
            }
            return reader.read(answer);
        } catch (ExecutionException e) {
            throw new CommandFailure(ExitCode.FAILED, server + ": " + Outcome.of(e.getCause()).why());
        } catch (ProblemException e) {
            throw new CommandFailure(ExitCode.FAILED, server + ": its answer cannot be read: " + e.detail());
        }
    }
}
