package apidrive.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The servers that one chunk may be exchanged with. Not for use by several threads at once. */
final class Candidates {
    private static final int MOST_TRIES = 10;        // of one chunk with one server that breaks off
    private static final int MOST_FAULTY_TRIES = 2;  // the original answers 500 for a chunk it does not have
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** One server, and how it went with this chunk. */
    static final class Candidate {
        private final Server server;
        private final int number;
        private final URI url;
        private boolean isOut;
        private boolean isUnderWay;
        private int tries;
        private long notBefore;
        private boolean hasPause;
        private boolean isAway;
        private String complaint = "";

        Candidate(Server server, int number, URI url) {
            this.server = server;
            this.number = number;
            this.url = url;
        }

        Server server() {
            return server;
        }

        /** The server's index among all of the run. */
        int number() {
            return number;
        }

        URI url() {
            return url;
        }

        private boolean isWaiting() {
            return !isOut && !isUnderWay;
        }

        private long usableAt(long now) {
            long atServer = server.usableAt(now);
            return hasPause && notBefore - atServer > 0 ? notBefore : atServer;
        }
    }

    private final List<Candidate> all;
    private final ToLongFunction<Candidate> cost;

    /** Chooses the one of the least {@code cost}, at random among equals. */
    Candidates(List<Candidate> all, ToLongFunction<Candidate> cost) {
        this.all = all;
        this.cost = cost;
    }

    /** Chooses the server with the fewest exchanges under way. */
    static Candidates leastBusyOf(List<Candidate> all) {
        return new Candidates(all, candidate -> candidate.server.underWay());
    }

    /** One to begin an exchange with now, marked as under way; empty when there is none at the moment. */
    Optional<Candidate> pick(long now) {
        Candidate best = null;
        int start = all.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(all.size());
        for (int i = 0; i < all.size(); i++) {
            Candidate one = all.get((start + i) % all.size());
            if (one.isWaiting() && one.usableAt(now) <= now
                    && (best == null || cost.applyAsLong(one) < cost.applyAsLong(best))) {
                best = one;
            }
        }
        if (best != null) {
            best.isUnderWay = true;
            best.server.began();
        }
        return Optional.ofNullable(best);
    }

    /** When one may become usable that is worth waiting for; empty when none is. */
    OptionalLong nextAt(long now) {
        return all.stream().filter(one -> one.isWaiting() && !one.server.isGivenUp()).mapToLong(one -> one.usableAt(now))
                .min();
    }

    /** The shortest time within which one that waits could be expected to answer; empty when none waits. */
    Optional<Duration> fastestWaiting(Duration unknown) {
        return all.stream().filter(one -> one.isWaiting() && !one.server.isGivenUp())
                .map(one -> one.server.expected().isZero() ? unknown : one.server.expected()).min(Duration::compareTo);
    }

    /** The exchange is over, whatever became of it. */
    void ended(Candidate candidate) {
        candidate.isUnderWay = false;
        candidate.server.ended();
    }

    /** This server is done with the chunk, for good. */
    void exclude(Candidate candidate) {
        candidate.isOut = true;
    }

    /** Takes in what came of a failed exchange that began at {@code began}. */
    void failed(Candidate candidate, Outcome outcome, long began, long now) {
        candidate.complaint = outcome.why();
        switch (outcome.kind()) {
            case ABSENT, REFUSED -> {
                candidate.isOut = true;
                candidate.server.answered(began, now);
            }
            case BUSY -> candidate.server.busy(began, now, outcome.retryAfter().orElse(null), outcome.why());
            case AWAY -> {
                candidate.server.answered(began, now);
                Duration wait = outcome.retryAfter().filter(asked -> asked.compareTo(PAUSE) > 0).orElse(PAUSE);
                candidate.isOut = !candidate.server.isWorthAnother(now, wait);
                candidate.isAway = true;
                candidate.hasPause = true;
                candidate.notBefore = now + wait.toNanos();
            }
            case FULL -> candidate.server.full(now, outcome.why());
            case FAULTY -> {
                candidate.isOut = ++candidate.tries >= MOST_FAULTY_TRIES;
                candidate.hasPause = true;
                candidate.notBefore = now + PAUSE.toNanos();
            }
            case FOREIGN -> candidate.server.foreign(now, outcome.why());
            case UNREACHABLE -> {
                candidate.isOut = ++candidate.tries >= MOST_TRIES;
                candidate.server.failed(began, now, outcome.why());
            }
            case WRONG -> {
                candidate.isOut = true;
                candidate.server.failed(began, now, outcome.why());
            }
        }
    }

    /** Whether one is waited for that may get the chunk later; it tells the user, {@code words} before what each server said. */
    boolean tellIfAway(String words) {
        Optional<Candidate> away = all.stream().filter(one -> one.isAway && one.isWaiting()).findFirst();
        away.ifPresent(one -> one.server.say(words + ": " + complaints()));
        return away.isPresent();
    }

    /** What went wrong at each server, in words. */
    String complaints() {
        return new ArrayList<>(all).stream().filter(one -> !complaint(one).isEmpty())
                .map(one -> one.server.name() + ": " + complaint(one)).collect(Collectors.joining("; "));
    }

    private static String complaint(Candidate one) {
        return one.server.isGivenUp() && !one.server.complaint().isEmpty() ? one.server.complaint() : one.complaint;
    }
}
