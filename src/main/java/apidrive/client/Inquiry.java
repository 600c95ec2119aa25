package apidrive.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import apidrive.client.Candidates.Candidate;

/**
 * Asks one question until it is answered: first one server, a second one when the first takes longer than another would, the next one when an
 * answer is none, until a good answer has come or nobody is left. The first good answer wins, the others are
 * cancelled.
 */
final class Inquiry<T> {
    private static final Duration UNKNOWN_LATENCY = Duration.ofMillis(500);
    private static final Duration LEAST_HEAD_START = Duration.ofMillis(50);
    private static final Duration LONGEST_HEAD_START = Duration.ofSeconds(5);
    private static final int HEAD_STARTS = 2;  // times what the other is expected to take
    private static final Duration SHORT_WAIT = Duration.ofSeconds(1);  // not worth asking elsewhere

    private record Attempt(Candidate candidate, long began, CompletableFuture<Answer> answer) {
    }

    private final Http http;
    private final Question<T> question;
    private final Candidates candidates;
    private final List<Attempt> underWay = new ArrayList<>();
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private Supplier<CompletableFuture<T>> elsewhere;  // asked once, before a wait; null afterwards, and where there is nobody
    private boolean isElsewhereAsked;
    private boolean waits = true;
    private boolean hasTold;

    Inquiry(Http http, Question<T> question, Candidates candidates) {
        this.http = http;
        this.question = question;
        this.candidates = candidates;
    }

    /** Nobody is waited for before this has failed as well. */
    Inquiry<T> beforeWaiting(Supplier<CompletableFuture<T>> others) {
        elsewhere = others;
        return this;
    }

    /** Nobody is waited for: it fails when no candidate can be asked now. */
    Inquiry<T> withoutWaiting() {
        waits = false;
        return this;
    }

    /** The answer; fails with a {@link CommandFailure} that says why. */
    CompletableFuture<T> start() {
        advance();
        return result;
    }

    /** Begins an exchange if none is under way; waits, or gives up, if that cannot be. */
    private void advance() {
        Attempt begun = null;
        String failure = null;
        Supplier<CompletableFuture<T>> others = null;
        synchronized (this) {
            if (result.isDone() || !underWay.isEmpty() || isElsewhereAsked) {
                return;
            }
            long now = System.nanoTime();
            Optional<Candidate> candidate = candidates.pick(now);
            if (candidate.isPresent()) {
                begun = begin(candidate.get(), now);
            } else {
                OptionalLong next = waits ? candidates.nextAt(now) : OptionalLong.empty();
                boolean isLong = next.isPresent() && next.getAsLong() - now > SHORT_WAIT.toNanos();
                if (isLong && elsewhere != null) {
                    others = elsewhere;
                    elsewhere = null;
                    isElsewhereAsked = true;
                } else if (next.isPresent()) {
                    hasTold = hasTold || candidates.tellIfAway(question.words() + " cannot be had now, and is waited for");
                    http.after(Duration.ofNanos(Math.max(1, next.getAsLong() - now)), this::advance);
                } else {
                    failure = candidates.complaints();
                }
            }
        }
        if (begun != null) {
            follow(begun);
        } else if (others != null) {
            others.get().whenComplete(this::heardFromElsewhere);
        } else if (failure != null) {
            result.completeExceptionally(new CommandFailure(ExitCode.INCOMPLETE,
                    question.words() + " is nowhere to be had: " + failure));
        }
    }

    private void heardFromElsewhere(T value, Throwable failure) {
        synchronized (this) {
            isElsewhereAsked = false;
        }
        if (failure == null) {
            result.complete(value);
        } else {
            advance();
        }
    }

    private Attempt begin(Candidate candidate, long now) {
        Attempt attempt = new Attempt(candidate, now, question.ask(candidate));
        underWay.add(attempt);
        return attempt;
    }

    /** Outside the lock: the answer may be there already. */
    private void follow(Attempt attempt) {
        Optional<Duration> other;
        synchronized (this) {
            other = candidates.fastestWaiting(UNKNOWN_LATENCY);
        }
        other.ifPresent(expected -> {
            var alarm = http.after(headStart(expected), () -> overtake(attempt));
            attempt.answer().whenComplete((answer, failure) -> alarm.cancel(false));
        });
        attempt.answer().whenComplete((answer, failure) -> ended(attempt, answer, failure));
    }

    private static Duration headStart(Duration expected) {
        Duration wanted = expected.multipliedBy(HEAD_STARTS);
        return wanted.compareTo(LEAST_HEAD_START) < 0 ? LEAST_HEAD_START
                : wanted.compareTo(LONGEST_HEAD_START) > 0 ? LONGEST_HEAD_START : wanted;
    }

    private void overtake(Attempt slow) {
        Attempt begun = null;
        synchronized (this) {
            long now = System.nanoTime();
            if (!result.isDone() && underWay.contains(slow)) {
                begun = candidates.pick(now).map(candidate -> begin(candidate, now)).orElse(null);
            }
        }
        if (begun != null) {
            follow(begun);
        }
    }

    private void ended(Attempt attempt, Answer answer, Throwable failure) {
        Reading<T> reading = failure != null ? Reading.none(Outcome.of(failure)) : read(answer);
        List<Attempt> losers = List.of();
        synchronized (this) {
            candidates.ended(attempt.candidate());
            underWay.remove(attempt);
            if (result.isDone()) {
                return;
            }
            long now = System.nanoTime();
            if (!reading.isGood()) {
                candidates.failed(attempt.candidate(), reading.outcome(), attempt.began(), now);
            } else {
                attempt.candidate().server().answered(attempt.began(), now);
                losers = List.copyOf(underWay);
                losers.stream().filter(loser -> loser.began() - attempt.began() < 0)
                        .forEach(loser -> loser.candidate().server().overtaken(now));
            }
        }
        if (!reading.isGood()) {
            advance();
        } else {
            result.complete(reading.value());
            losers.forEach(loser -> loser.answer().cancel(true));
        }
    }

    /** Never throws: who waits for the result would wait for ever. */
    private Reading<T> read(Answer answer) {
        try {
            return question.read(answer);
        } catch (RuntimeException e) {
            return Reading.none(Outcome.wrong("its answer cannot be read: " + e));
        }
    }
}
