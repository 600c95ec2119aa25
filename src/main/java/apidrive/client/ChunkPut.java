package apidrive.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import apidrive.client.Candidates.Candidate;
import apidrive.wire.ChunkId;

/** Stores one chunk on a number of servers at once; where one fails, on another. */
final class ChunkPut {
    private static final int ID_VERSION_OF_DERIVED = 8;

    /** Sends a store contract to the server of that number. */
    interface Sender {
        CompletableFuture<Answer> send(int server, byte[] contract);
    }

    /** Hears of every copy as soon as it is acknowledged. */
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
    private int count;
    private int underWay;
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
            Candidate candidate;
            long now = System.nanoTime();
            synchronized (this) {
                if (result.isDone() || count + underWay >= copies) {
                    break;
                }
                Optional<Candidate> next = candidates.pick(now);
                if (next.isEmpty()) {
                    await(now);
                    break;
                }
                candidate = next.get();
                underWay++;
            }
            sender.send(candidate.number(), contract)
                    .whenComplete((answer, failure) -> ended(candidate, now, answer, failure));
        }
        Placed placed = null;
        String failure = null;
        synchronized (this) {
            if (count >= copies) {
                placed = placed();
            } else if (underWay == 0 && !waits) {
                failure = candidates.complaints();
            }
        }
        if (placed != null) {
            result.complete(placed);
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

    private void ended(Candidate candidate, long began, Answer answer, Throwable failure) {
        ChunkId given = null;
        List<ServerUrl> keepers = List.of();
        synchronized (this) {
            candidates.ended(candidate);
            underWay--;
            long now = System.nanoTime();
            Reading<ChunkId> reading = failure != null ? Reading.none(Outcome.of(failure)) : read(answer);
            if (!reading.isGood()) {
                candidates.failed(candidate, reading.outcome(), began, now);
            } else {
                given = reading.value();
                candidate.server().answered(began, now);
                candidates.exclude(candidate);
                keepers = destination.keepers(destination.servers().get(candidate.number()), answer.holders());
                keep(keepers, given);
            }
        }
        if (given != null) {
            listener.acknowledged(keepers, given);
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
