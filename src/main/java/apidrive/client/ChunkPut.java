package apidrive.client;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import apidrive.client.Candidates.Candidate;
import apidrive.wire.ChunkId;

/** Stores one chunk on a number of servers at once; where one fails, on another. */
final class ChunkPut {
    private static final int ID_VERSION_OF_DERIVED = 8;
    private static final int HEAD_STARTS = 3;  // times what the server is expected to take
    private static final Duration LEAST_HEAD_START = Duration.ofSeconds(2);
    private static final Duration LONGEST_HEAD_START = Duration.ofSeconds(10);

    private static final class Attempt {
        private final Candidate candidate;
        private final long began;
        private volatile CompletableFuture<Answer> answer;  // once it is sent

        private Attempt(Candidate candidate, long began) {
            this.candidate = candidate;
            this.began = began;
        }
    }

    /** Sends a store contract to the server of that number. */
    interface Sender {
        CompletableFuture<Answer> send(int server, byte[] contract);
    }

    /** Hears of every copy as soon as it is acknowledged, and before the put ends. */
    interface Listener {
        void acknowledged(List<ServerUrl> keepers, ChunkId given);
    }

    /** The id under which most servers keep the chunk, and those servers. */
    record Placed(ChunkId id, List<ServerUrl> servers) {
    }

    private final Http http;
    private final ChunkId derived;
    private final byte[] contract;
    private final Destination destination;
    private final int copies;
    private final Candidates candidates;
    private final Sender sender;
    private final Listener listener;
    private final Map<ChunkId, Set<ServerUrl>> acknowledged = new LinkedHashMap<>();
    private final CompletableFuture<Placed> result = new CompletableFuture<>();
    private final Set<Attempt> slow = new HashSet<>();  // not waited for any longer
    private final Set<Attempt> awaited = new HashSet<>();
    private int count;
    private boolean waits;

    ChunkPut(Http http, ChunkId derived, byte[] contract, Destination destination, Candidates candidates, Sender sender,
            Listener listener) {
        this.http = http;
        this.derived = derived;
        this.contract = contract;
        this.destination = destination;
        this.copies = destination.acknowledgements();
        this.candidates = candidates;
        this.sender = sender;
        this.listener = listener;
    }

    /** A copy that an earlier run has stored; the server is not among the candidates. */
    synchronized ChunkPut with(int server, ChunkId given) {
        keep(List.of(destination.servers().get(server)), given);
        return this;
    }

    /** Completes when all copies are stored; fails with a {@link CommandFailure} that says why not. */
    CompletableFuture<Placed> start() {
        advance();
        return result;
    }

    private void advance() {
        while (true) {
            Attempt attempt;
            long now = System.nanoTime();
            synchronized (this) {
                if (result.isDone() || count + awaited.size() >= copies) {
                    break;
                }
                Optional<Candidate> next = candidates.pick(now);
                if (next.isEmpty()) {
                    await(now);
                    break;
                }
                attempt = new Attempt(next.get(), now);
                awaited.add(attempt);
            }
            attempt.answer = sender.send(attempt.candidate.number(), contract);
            follow(attempt);
        }
        Placed placed = null;
        String failure = null;
        synchronized (this) {
            if (count >= copies) {
                placed = placed();
            } else if (awaited.isEmpty() && slow.isEmpty() && !waits) {
                failure = candidates.complaints();
            }
        }
        if (placed != null) {
            result.complete(placed);
            leaveOthers();
        } else if (failure != null) {
            result.completeExceptionally(new CommandFailure(ExitCode.INCOMPLETE,
                    "a chunk has " + count + " of " + copies + " copies and no server takes another: " + failure));
        }
    }

    /** Comes back when a server may be usable, if one is worth the wait. */
    private void await(long now) {
        OptionalLong next = candidates.nextAt(now);
        if (next.isPresent() && !waits) {
            waits = true;
            http.after(Duration.ofNanos(Math.max(1, next.getAsLong() - now)), () -> {
                synchronized (this) {
                    waits = false;
                }
                advance();
            });
        }
    }

    /** Outside the lock: the answer may be there already. */
    private void follow(Attempt attempt) {
        if (destination.mayOvertake()) {
            Future<?> alarm = http.after(headStart(attempt.candidate.server().expected()), () -> overtake(attempt));
            attempt.answer.whenComplete((answer, failure) -> alarm.cancel(false));
        }
        attempt.answer.whenComplete((answer, failure) -> ended(attempt, answer, failure));
    }

    private static Duration headStart(Duration expected) {
        Duration wanted = expected.multipliedBy(HEAD_STARTS);
        return wanted.compareTo(LEAST_HEAD_START) < 0 ? LEAST_HEAD_START
                : wanted.compareTo(LONGEST_HEAD_START) > 0 ? LONGEST_HEAD_START : wanted;
    }

    private void overtake(Attempt attempt) {
        synchronized (this) {
            if (!awaited.remove(attempt)) {
                return;
            }
            slow.add(attempt);
        }
        advance();
    }

    /** The chunk is stored: what is still under way is of no use any more. */
    private void leaveOthers() {
        List<Attempt> left;
        synchronized (this) {
            slow.forEach(attempt -> attempt.candidate.server().overtaken(System.nanoTime()));
            left = Stream.concat(slow.stream(), awaited.stream()).toList();
        }
        left.stream().map(attempt -> attempt.answer).filter(Objects::nonNull).forEach(answer -> answer.cancel(true));
    }

    private void ended(Attempt attempt, Answer answer, Throwable failure) {
        Candidate candidate = attempt.candidate;
        synchronized (this) {
            candidates.ended(candidate);
            awaited.remove(attempt);
            slow.remove(attempt);
            if (result.isDone()) {
                return;
            }
            long now = System.nanoTime();
            Reading<ChunkId> reading = failure != null ? Reading.none(Outcome.of(failure)) : read(answer);
            if (!reading.isGood()) {
                candidates.failed(candidate, reading.outcome(), attempt.began, now);
            } else {
                candidate.server().answered(attempt.began, now);
                candidates.exclude(candidate);
                List<ServerUrl> keepers = destination.keepers(destination.servers().get(candidate.number()), answer.holders());
                keep(keepers, reading.value());
                listener.acknowledged(keepers, reading.value());
            }
        }
        advance();
    }

    private void keep(List<ServerUrl> keepers, ChunkId given) {
        acknowledged.computeIfAbsent(given, unknown -> new LinkedHashSet<>()).addAll(keepers);
        count++;
    }

    /** The id that the server gave; none that cannot be right. Never throws: the put would wait for ever. */
    private Reading<ChunkId> read(Answer answer) {
        if (!answer.isSuccess()) {
            return Reading.none(refusal(Outcome.of(answer)));
        }
        try {
            Optional<ChunkId> id = answer.document().id("Id");
            if (id.isEmpty()) {
                return Reading.none(Outcome.wrong("its answer holds no id"));
            }
            boolean isOfOther = id.get().uuid().version() == ID_VERSION_OF_DERIVED && !id.get().equals(derived);
            return isOfOther ? Reading.none(Outcome.wrong("it acknowledged other bytes than were sent"))
                    : Reading.of(id.get());
        } catch (RuntimeException e) {
            return Reading.none(Outcome.wrong("its answer cannot be read: " + e.getMessage()));
        }
    }

    /** A store is not absent but the route is, and a server that fails with one chunk is not trusted with others. */
    private static Outcome refusal(Outcome outcome) {
        return switch (outcome.kind()) {
            case ABSENT -> new Outcome(Outcome.Kind.FOREIGN, outcome.why(), outcome.retryAfter());
            case FAULTY -> new Outcome(Outcome.Kind.UNREACHABLE, outcome.why(), outcome.retryAfter());
            default -> outcome;
        };
    }

    /** Most copies under one id; among equals those under the derived one, which can be checked. */
    private Placed placed() {
        Placed best = null;
        for (Map.Entry<ChunkId, Set<ServerUrl>> one : acknowledged.entrySet()) {
            int more = best == null ? 1 : one.getValue().size() - best.servers().size();
            if (more > 0 || more == 0 && one.getKey().equals(derived)) {
                best = new Placed(one.getKey(), List.copyOf(one.getValue()));
            }
        }
        return best;
    }
}
