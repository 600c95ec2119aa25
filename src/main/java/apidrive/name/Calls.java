package apidrive.name;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

import apidrive.problem.Problem;
import apidrive.wire.NodeId;

/** Calls to several nodes at once. */
final class Calls {
    /** So long all have; after it, whoever is silent is waited for only as long as too few have answered. */
    private static final Duration HURRY = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private Calls() {
    }

    /** Begins a call to each node. */
    static <T> Map<NodeId, CompletableFuture<T>> toEach(Collection<NodeId> nodes, Function<NodeId, CompletableFuture<T>> call) {
        Map<NodeId, CompletableFuture<T>> calls = new LinkedHashMap<>();
        nodes.forEach(node -> calls.put(node, call.apply(node)));
        return calls;
    }

    /** What they answered, those left out that failed or are silent; waits for all of them, and in the end until {@code isEnough}. */
    static <T> Map<NodeId, T> heard(Map<NodeId, CompletableFuture<T>> calls, Predicate<Map<NodeId, T>> isEnough) {
        await(calls, HURRY);
        Map<NodeId, T> heard = sofar(calls);
        if (calls.values().stream().allMatch(CompletableFuture::isDone) || isEnough.test(heard)) {
            return heard;
        }
        await(calls, LIMIT.minus(HURRY));
        return sofar(calls);
    }

    private static <T> Map<NodeId, T> sofar(Map<NodeId, CompletableFuture<T>> calls) {
        Map<NodeId, T> heard = new HashMap<>();
        calls.forEach((node, call) -> {
            if (call.isDone() && !call.isCompletedExceptionally()) {
                heard.put(node, call.join());
            }
        });
        return heard;
    }

    private static <T> void await(Map<NodeId, CompletableFuture<T>> calls, Duration limit) {
        CompletableFuture<?>[] ended = calls.values().stream().map(call -> call.exceptionally(failure -> null))
                .toArray(CompletableFuture[]::new);
        await(CompletableFuture.allOf(ended), limit);
    }

    /** The answer of one; throws ProblemException where it failed, PEER_FAILED where there is none in time. */
    static <T> T join(CompletableFuture<T> call) {
        await(call.exceptionally(failure -> null), LIMIT);
        if (!call.isDone()) {
            throw Problem.PEER_FAILED.because("no answer in time");
        }
        try {
            return call.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Returns when it is complete, or the time is over. */
    static void await(CompletableFuture<?> future, Duration limit) {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.BUSY.because("the node is stopping", RETRY, e);
        }
    }
}
