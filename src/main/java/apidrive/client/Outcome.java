package apidrive.client;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

import apidrive.problem.Problem;

/**
 * What an exchange that brought nothing means for the next one.
 *
 * @param why        words for the user
 * @param retryAfter how long the server asks to wait; empty where it does not say
 */
record Outcome(Kind kind, String why, Optional<Duration> retryAfter) {
    enum Kind {
        /** The server does not have the chunk. */
        ABSENT,
        /** Too much for the server now: 429, 503. */
        BUSY,
        /** It has not the chunk, and does not know whether another server of its network does: 503 of a kind of its own. */
        AWAY,
        /** No free slot: 507. */
        FULL,
        /** The server failed with this exchange: other 5xx. */
        FAULTY,
        /** It will not take this chunk: 409, 413, 422. */
        REFUSED,
        /** It does not speak this API to us: a redirect, or another 4xx. */
        FOREIGN,
        /** No connection, or it broke, or took too long. */
        UNREACHABLE,
        /** It answered, but something else than it was asked for. */
        WRONG
    }

    static Outcome wrong(String why) {
        return new Outcome(Kind.WRONG, why, Optional.empty());
    }

    /** Of an answer that is no success. */
    static Outcome of(Answer answer) {
        Kind kind = switch (answer.status()) {
            case 404, 410 -> Kind.ABSENT;
            case 429 -> Kind.BUSY;
            case 503 -> answer.problem().filter(Problem.CHUNK_AWAY::equals).isPresent() ? Kind.AWAY : Kind.BUSY;
            case 507 -> Kind.FULL;
            case 409, 413, 422 -> Kind.REFUSED;
            default -> answer.status() >= 500 ? Kind.FAULTY : Kind.FOREIGN;
        };
        return new Outcome(kind, answer.words(), answer.headers().firstValue("Retry-After")
                .flatMap(value -> RetryAfter.parse(value, Instant.now())));
    }

    /** Of an exchange without an answer. */
    static Outcome of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (has(cause, BoundedBody.TooLongException.class)) {
            return wrong("its answer is too long");
        }
        return new Outcome(Kind.UNREACHABLE, words(cause), Optional.empty());
    }

    private static String words(Throwable cause) {
        if (has(cause, UnresolvedAddressException.class)) {
            return "its name is not known";
        }
        if (cause instanceof ConnectException && cause.getMessage() == null) {
            return "connection refused";
        }
        if (cause instanceof TimeoutException || cause instanceof IOException) {
            return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        }
        return cause.toString();
    }

    private static boolean has(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable one = thrown; one != null; one = one.getCause()) {
            if (type.isInstance(one)) {
                return true;
            }
        }
        return false;
    }
}
