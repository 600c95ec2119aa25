package apidrive.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import apidrive.manifest.Entry;
import apidrive.wire.Chunk;

/** Fetches single chunks: from a server at random, from a second one when the first is slow, from another when one fails. */
final class ChunkGetter {
    private static final Duration LEAST_DELAY = Duration.ofMillis(250);
    private static final Duration MOST_DELAY = Duration.ofSeconds(5);
    private static final double SLOW = 4;  // times its mean latency

    private final Network network;
    private final Duration patience;
    private final Map<String, Server> servers = new ConcurrentHashMap<>();
    private final AtomicInteger overtaken = new AtomicInteger();

    ChunkGetter(Network network, Duration patience) {
        this.network = network;
        this.patience = patience;
    }

    /** The servers that an entry names; one object each however often it is named. */
    List<Server> serversOf(Entry entry) {
        return entry.urls().stream().map(url -> servers.computeIfAbsent(url, Server::ofRetrieveUrl)).toList();
    }

    /** How often a second server was faster than one that took long. */
    int overtaken() {
        return overtaken.get();
    }

    /** The chunk, checked. Throws {@link Failure} when none of its servers has it, or in time. */
    Chunk get(Entry entry) throws InterruptedException {
        Patience left = new Patience(patience);
        Set<Server> hopeless = new HashSet<>();
        while (true) {
            List<Server> asked = new ArrayList<>(serversOf(entry));
            asked.removeAll(hopeless);
            if (asked.isEmpty()) {
                throw Failure.incomplete("no server gave chunk " + entry.order() + " (" + entry.id() + "): "
                        + left.reason(), null);
            }
            List<Server> ready = new ArrayList<>(asked.stream().filter(server -> server.restNanos() <= 0).toList());
            if (ready.isEmpty()) {
                left.await(asked, "chunk " + entry.order());
                continue;
            }
            Collections.shuffle(ready);
            try {
                return race(entry, ready, hopeless);
            } catch (ExecutionException | TimeoutException e) {
                left.noteFailure(e.getCause() == null ? e : e.getCause());
            }
        }
    }

    private Chunk race(Entry entry, List<Server> ready, Set<Server> hopeless)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Chunk> first = ask(entry, ready.get(0), hopeless);
        if (ready.size() == 1) {
            return first.get();
        }
        try {
            return first.get(delay(ready.get(0)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            CompletableFuture<Chunk> second = ask(entry, ready.get(1), hopeless);
            second.thenRun(() -> {
                if (!first.isDone()) {
                    overtaken.incrementAndGet();
                }
            });
            return firstGood(first, second).get();
        }
    }

    /** Fails for a server that does not answer, or not with the chunk; such a server is not asked for it again. */
    private CompletableFuture<Chunk> ask(Entry entry, Server server, Set<Server> hopeless) {
        return network.retrieve(server, entry.id()).handle((chunk, failure) -> {
            if (failure == null && entry.admits(chunk)) {
                return chunk;
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (failure == null) {
                cause = new Network.BadAnswer(server + " gave other bytes than those of chunk " + entry.id());
            } else if (!(cause instanceof Network.BadAnswer)) {
                server.failed();
            }
            if (cause instanceof Network.BadAnswer bad && bad.isFinal()) {
                synchronized (hopeless) {
                    hopeless.add(server);
                }
            }
            throw new CompletionException(cause);
        });
    }

    /** Completes with the first that succeeds; fails when both have. */
    private static CompletableFuture<Chunk> firstGood(CompletableFuture<Chunk> one, CompletableFuture<Chunk> other) {
        CompletableFuture<Chunk> good = new CompletableFuture<>();
        one.thenAccept(good::complete);
        other.thenAccept(good::complete);
        CompletableFuture.allOf(one.handle((chunk, failure) -> null), other.handle((chunk, failure) -> null))
                .thenRun(() -> good.completeExceptionally(failureOf(other)));
        return good;
    }

    private static Throwable failureOf(CompletableFuture<Chunk> failed) {
        try {
            failed.join();
            return new IllegalStateException("it had not failed");
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    private static long delay(Server server) {
        double slow = SLOW * server.meanNanos();
        return (long) Math.max(LEAST_DELAY.toNanos(), Math.min(MOST_DELAY.toNanos(), slow));
    }
}
