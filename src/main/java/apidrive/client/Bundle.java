package apidrive.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import apidrive.problem.ProblemException;
import apidrive.wire.Format;

/**
 * One route of one server, to which contracts are sent together where it has a route for many: an exchange takes the
 * contracts that gathered while those before it were under way. A server without such a route, or behind a proxy that
 * refuses so large a body, gets each by itself from then on. Every contract has an answer of its own either way.
 */
final class Bundle {
    private static final int FIRST_CONTRACTS = 4;  // in one exchange, until it is known how quick they are
    private static final int MOST_CONTRACTS = 32;  // 2 MiB of full chunks
    private static final long QUICK_NANOS = Duration.ofMillis(500).toNanos();
    private static final long SLOW_NANOS = Duration.ofSeconds(2).toNanos();
    private static final int MOST_BUNDLES = 4;  // under way: enough to keep a server busy, few enough that contracts gather
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;

    private record Waiting(byte[] contract, CompletableFuture<Answer> answer) {
    }

    private final Http http;
    private final URI single;
    private final Optional<URI> many;
    private final int mostAnswer;
    private final int mostExchanges;
    private final double share;
    private final Runnable quick;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private boolean isRefused;
    private int mostContracts = FIRST_CONTRACTS;
    private int underWay;

    /**
     * @param many          where BSON contracts may be sent one after another; empty where there is no such route
     * @param mostAnswer    bytes of the answer to one contract
     * @param mostExchanges under way at once
     * @param share         how full an exchange is to be that begins beside others, of as many contracts as one takes: 0 to 1
     * @param quick         told each time when an exchange for many was quick, so that more are worth having under way
     */
    Bundle(Http http, URI single, Optional<URI> many, int mostAnswer, int mostExchanges, double share, Runnable quick) {
        this.http = http;
        this.single = single;
        this.many = many;
        this.mostAnswer = mostAnswer;
        this.mostExchanges = mostExchanges;
        this.share = share;
        this.quick = quick;
        this.isRefused = many.isEmpty();
    }

    /** The answer to this contract; the future may be cancelled. */
    CompletableFuture<Answer> post(byte[] contract) {
        Waiting waiting = new Waiting(contract, new CompletableFuture<>());
        synchronized (this) {
            queue.add(waiting);
        }
        advance();
        return waiting.answer();
    }

    private void advance() {
        for (List<Waiting> group = next(); !group.isEmpty(); group = next()) {
            if (group.size() == 1) {
                sendOne(group.get(0));
            } else {
                sendAll(group);
            }
        }
    }

    /**
     * What to send now, counted as under way; empty when nothing is to be sent. Beside other exchanges one begins only when
     * it is full enough: what waits less is taken by the next after one of them has ended.
     */
    private synchronized List<Waiting> next() {
        int most = isRefused ? 1 : mostContracts;
        boolean isWorthIt = underWay == 0 || queue.size() >= share * most;
        List<Waiting> group = new ArrayList<>();
        if (isWorthIt && underWay < (isRefused ? mostExchanges : Math.min(MOST_BUNDLES, mostExchanges))) {
            while (group.size() < most && !queue.isEmpty()) {
                Waiting waiting = queue.remove();
                if (!waiting.answer().isDone()) {
                    group.add(waiting);
                }
            }
        }
        underWay += group.isEmpty() ? 0 : 1;
        return group;
    }

    private void sendOne(Waiting waiting) {
        CompletableFuture<Answer> exchange = http.post(single, new WholeBody(List.of(waiting.contract())), mostAnswer);
        exchange.whenComplete((answer, failure) -> {
            ended();
            tell(isForAll(answer, failure) ? andThoseQueued(List.of(waiting)) : List.of(waiting), answer, failure);
            advance();
        });
        cancelWithAll(List.of(waiting), exchange);
    }

    private void sendAll(List<Waiting> group) {
        long began = System.nanoTime();
        Iterator<Waiting> unanswered = group.iterator();
        CompletableFuture<Answer> exchange = http.postMany(many.orElseThrow(),
                new WholeBody(group.stream().map(Waiting::contract).toList()), mostAnswer,
                result -> answerNext(unanswered, result));
        exchange.whenComplete((answer, failure) -> {
            ended();
            if (isForAll(answer, failure)) {
                tell(andThoseQueued(group), answer, failure);
            } else if (failure != null) {
                tell(group, null, failure);
            } else if (answer.isSuccess()) {
                adapt(group.size(), System.nanoTime() - began);
                tell(group, null, new IOException("it answered fewer results than there were chunks"));
            } else if (answer.status() >= SERVER_ERROR && answer.status() != NOT_IMPLEMENTED) {
                tell(group, answer, null);
            } else {
                sendEachByItself(group);
            }
            advance();
        });
        cancelWithAll(group, exchange);
    }

    private static void answerNext(Iterator<Waiting> unanswered, byte[] result) throws IOException {
        if (!unanswered.hasNext()) {
            throw new IOException("it answered more results than there were chunks");
        }
        Waiting waiting = unanswered.next();
        try {
            waiting.answer().complete(Answer.ofResult(Format.BSON.readDocument(result)));
        } catch (ProblemException e) {
            waiting.answer().completeExceptionally(new IOException("its answer cannot be read: " + e.detail(), e));
        }
    }

    /** More in the next exchange where this one was quick, fewer on a slow line, where they would run into the time limit. */
    private void adapt(int contracts, long tookNanos) {
        synchronized (this) {
            if (tookNanos > SLOW_NANOS) {
                mostContracts = Math.max(1, Math.min(mostContracts, contracts) / 2);
            } else if (tookNanos < QUICK_NANOS && 2 * contracts >= mostContracts) {
                mostContracts = Math.min(MOST_CONTRACTS, mostContracts * 2);
            }
        }
        if (tookNanos < QUICK_NANOS) {
            quick.run();
        }
    }

    private synchronized void ended() {
        underWay--;
    }

    /** A server that cannot be reached, or asks to wait, is not sent what was meant for it before that was known. */
    private static boolean isForAll(Answer answer, Throwable failure) {
        return failure != null ? !(failure instanceof CancellationException)
                : answer.status() == TOO_MANY_REQUESTS || answer.status() == UNAVAILABLE;
    }

    private synchronized List<Waiting> andThoseQueued(List<Waiting> group) {
        List<Waiting> all = new ArrayList<>(group);
        all.addAll(queue);
        queue.clear();
        return all;
    }

    /** Tells each that has no answer yet. */
    private static void tell(List<Waiting> all, Answer answer, Throwable failure) {
        for (Waiting waiting : all) {
            if (failure != null) {
                waiting.answer().completeExceptionally(failure);
            } else {
                waiting.answer().complete(answer);
            }
        }
    }

    private synchronized void sendEachByItself(List<Waiting> group) {
        isRefused = true;
        for (int i = group.size() - 1; i >= 0; i--) {
            queue.addFirst(group.get(i));
        }
    }

    /** When nobody waits any longer for what has not come of it, the exchange is broken off. */
    private static void cancelWithAll(List<Waiting> group, CompletableFuture<Answer> exchange) {
        AtomicInteger wanted = new AtomicInteger(group.size());
        group.forEach(waiting -> waiting.answer().whenComplete((answer, failure) -> {
            if (wanted.decrementAndGet() == 0 && waiting.answer().isCancelled()) {
                exchange.cancel(true);
            }
        }));
    }
}
