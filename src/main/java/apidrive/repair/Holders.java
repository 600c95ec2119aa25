package apidrive.repair;

import static apidrive.problem.Problem.FORBIDDEN;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import apidrive.chunk.EndedLeases;
import apidrive.chunk.Lease;
import apidrive.wire.ChunkId;

/**
 * Those who claim chunks of this node: whoever says that one goes on or has ended is heard at once, and the rows follow, a batch at a
 * time. Which are to be renewed is held in memory: what is lost of it is told again. Threads share it.
 */
final class Holders implements HolderShelf {
    private static final int BATCH = 1_000;  // chunks a transaction: small rows, and where many bytes are left 64 MiB of them
    private static final int RENEWED = 2_000;  // small rows a transaction
    private static final int AT_ONCE = 64;  // holders of which a batch each is freed in a step
    private static final int MOST_WAITING = 65_536;  // holders to be renewed: about 10 MiB of heap

    /**
     * Moves the claims of a holder on at most {@code limit} chunks above {@code after} to {@code until} where they end before;
     * returns the last of these chunks, empty when there is none.
     */
    interface Renewal {
        Optional<ChunkId> renew(UUID holder, Instant until, ChunkId after, int limit);
    }

    /** How far the renewal of one has come. */
    private record Renewing(Instant until, ChunkId after) {
    }

    private final Network network;
    private final EndedLeases ended;
    private final Renewal renewal;
    private final Consumer<Collection<ChunkId>> gone;
    private final Lease lease;
    private final InstantSource clock;
    private final Map<UUID, Renewing> renewing = new LinkedHashMap<>();

    /** {@code gone} is told which chunks went. */
    Holders(Network network, EndedLeases ended, Renewal renewal, Consumer<Collection<ChunkId>> gone, Lease lease,
            InstantSource clock) {
        this.network = network;
        this.ended = ended;
        this.renewal = renewal;
        this.gone = gone;
        this.lease = lease;
        this.clock = clock;
    }

    @Override
    public synchronized void hold(List<Hold> holds) {
        Instant now = clock.instant();
        for (Hold hold : holds) {
            if (renewing.size() < MOST_WAITING) {
                renewing.put(hold.holder(), new Renewing(hold.heard(now, lease).until(), ChunkId.LOWEST));
            }
        }
    }

    @Override
    public void end(List<UUID> holders) {
        if (!network.isClosed()) {
            throw FORBIDDEN.because("in a network without a shared key nobody deletes at another's");
        }
        Instant now = clock.instant();
        ended.note(holders, now, true);
    }

    @Override
    public List<Ending> ended(long number) {
        Instant now = clock.instant();
        return ended.after(number, MOST).stream()
                .map(one -> new Ending(one.number(), one.holder(), Duration.between(one.at(), now))).toList();
    }

    /** What another node says have ended; a network without a shared key believes none. */
    void heard(List<Ending> endings) {
        Instant now = clock.instant();
        Map<UUID, Instant> news = new HashMap<>();
        endings.stream().filter(one -> network.isClosed() && one.age().compareTo(EndedLeases.KEPT) < 0)
                .forEach(one -> news.put(one.holder(), now.minus(one.age())));
        ended.note(news, now, true);
    }

    /** Frees a batch of each of some that have ended; whether there is more at hand. */
    boolean free(Instant now) {
        List<UUID> due = ended.due(now, AT_ONCE);
        boolean isMore = due.size() == AT_ONCE;
        for (UUID holder : due) {
            EndedLeases.Freed freed = ended.free(holder, BATCH, now);
            gone.accept(freed.chunks());
            isMore |= freed.isMore();
        }
        return isMore;
    }

    /** Renews a batch of one that goes on; whether there is more at hand. */
    boolean renew() {
        UUID holder;
        Renewing before;
        synchronized (this) {
            if (renewing.isEmpty()) {
                return false;
            }
            holder = renewing.keySet().iterator().next();
            before = renewing.get(holder);
        }
        Renewing next = renewal.renew(holder, before.until(), before.after(), RENEWED)
                .map(last -> new Renewing(before.until(), last)).orElse(null);
        synchronized (this) {
            if (next == null) {
                renewing.remove(holder, before);
            } else {
                renewing.replace(holder, before, next);
            }
            return !renewing.isEmpty();
        }
    }
}
