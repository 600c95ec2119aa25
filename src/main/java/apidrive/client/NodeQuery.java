package apidrive.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

import apidrive.problem.ProblemException;

/** One GET, answered or failed. */
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
        try (Http http = new Http(TIMEOUT)) {
            Answer answer = http.get(url, MOST_ANSWER).get();
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
