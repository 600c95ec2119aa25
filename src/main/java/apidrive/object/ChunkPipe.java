package apidrive.object;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.NOT_READY;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import apidrive.problem.ProblemException;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Stored;
import apidrive.repair.Wish;
import apidrive.wire.Chunk;

/**
 * Stores the chunks of one object, some at a time: who puts more waits, so that an uploader is no faster than the network. What is
 * busy is asked again, within bounds: an upload of hours is not to fail for a moment's crowd.
 */
final class ChunkPipe {
    private static final int UNDER_WAY = 32;  // chunks: 2 MiB an upload
    private static final Duration LONGEST_STORE = Duration.ofSeconds(40);
    private static final Duration PATIENCE = Duration.ofSeconds(30);  // for one chunk while others crowd in
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private record Errand(Chunk chunk, CompletableFuture<Stored> stored) {
    }

    private final NetworkChunks chunks;
    private final Wish wish;
    private final Runnable admission;
    private final Optional<UUID> holder;
    private final Deque<Errand> underWay = new ArrayDeque<>();
    private Instant expiresAt = Instant.MAX;

    /** {@code admission} runs before each chunk, and throws where it is not to be stored; {@code holder} claims them all. */
    ChunkPipe(NetworkChunks chunks, Wish wish, Runnable admission, Optional<UUID> holder) {
        this.chunks = chunks;
        this.wish = wish;
        this.admission = admission;
        this.holder = holder;
    }

    /** Stores the chunk in a while. Throws why this one or one before could not be stored. */
    void put(Chunk chunk) {
        admission.run();
        if (underWay.size() == UNDER_WAY) {
            settle(underWay.remove());
        }
        underWay.add(submitted(chunk));
    }

    /** Returns when all are durable, in the number that was wished for. */
    void drain() {
        while (!underWay.isEmpty()) {
            settle(underWay.remove());
        }
    }

    /** Nothing of it is wanted any more: returns when what is under way has ended, however that was. */
    void abandon() {
        for (Errand errand = underWay.poll(); errand != null; errand = underWay.poll()) {
            try {
                errand.stored().get(LONGEST_STORE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** When the first of their leases ends, of those that are durable. */
    Instant expiresAt() {
        return expiresAt;
    }

    private Errand submitted(Chunk chunk) {
        long begun = System.nanoTime();
        while (true) {
            try {
                return new Errand(chunk, chunks.submit(chunk, wish, holder));
            } catch (ProblemException refused) {
                requirePatience(refused, begun);
                if (underWay.isEmpty()) {
                    pause();
                } else {
                    settle(underWay.remove());
                }
            }
        }
    }

    private void settle(Errand errand) {
        long begun = System.nanoTime();
        Errand now = errand;
        while (true) {
            try {
                Instant until = now.stored().get(LONGEST_STORE.toSeconds(), TimeUnit.SECONDS).info().expiresAt();
                expiresAt = until.isBefore(expiresAt) ? until : expiresAt;
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof ProblemException refused)) {
                    throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
                }
                requirePatience(refused, begun);
                pause();
                now = submitted(errand.chunk());
            } catch (TimeoutException e) {
                throw BUSY.because("a chunk was not committed in time", RETRY, e);
            } catch (InterruptedException e) {
                throw stopping(e);
            }
        }
    }

    private static void requirePatience(ProblemException refused, long begun) {
        boolean passes = refused.problem() == BUSY || refused.problem() == NOT_READY;
        if (!passes || System.nanoTime() - begun > PATIENCE.toNanos()) {
            throw refused;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw stopping(e);
        }
    }

    private static ProblemException stopping(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return BUSY.because("the node is stopping", RETRY, cause);
    }
}
