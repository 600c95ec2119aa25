package apidrive.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks a server again that is busy, fails or cannot be reached, after a while each time: as long as it has not been in vain for too long. */
final class Perseverance {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final Duration patience;
    private long since = System.nanoTime();
    private Duration pause = FIRST_PAUSE;

    /** Gives up after {@code patience} without progress. */
    Perseverance(Duration patience) {
        this.patience = patience;
    }

    /**
     * The server's answer, whatever it is, unless it is busy or fails and may answer otherwise later. {@code server} is who is asked,
     * for words.
     */
    Answer answer(ServerUrl server, Supplier<CompletableFuture<Answer>> exchange) throws InterruptedException {
        while (true) {
            Outcome outcome;
            try {
                Answer answer = exchange.get().get();
                outcome = Outcome.of(answer);
                if (answer.isSuccess() || !passes(outcome)) {
                    return answer;
                }
            } catch (ExecutionException e) {
                outcome = Outcome.of(e.getCause());
            }
            pause(server, outcome);
        }
    }

    /** Something was achieved: patience begins anew. */
    void progressed() {
        since = System.nanoTime();
        pause = FIRST_PAUSE;
    }

    /** Waits before the next exchange, or throws a {@link CommandFailure} where there is to be none. */
    void pause(ServerUrl server, Outcome outcome) throws InterruptedException {
        Duration wait = outcome.retryAfter().filter(asked -> asked.compareTo(pause) > 0).orElse(pause);
        if (!passes(outcome) || System.nanoTime() - since + wait.toNanos() > patience.toNanos()) {
            throw new CommandFailure(passes(outcome) ? ExitCode.INCOMPLETE : ExitCode.FAILED, server + ": " + outcome.why());
        }
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private static boolean passes(Outcome outcome) {
        return switch (outcome.kind()) {
            case BUSY, FAULTY, UNREACHABLE -> true;
            default -> false;
        };
    }
}
