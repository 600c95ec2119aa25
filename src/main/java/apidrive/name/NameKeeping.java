package apidrive.name;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.job.Job;
import apidrive.problem.ProblemException;
import apidrive.repair.Hold;
import apidrive.repair.Network;
import apidrive.repair.Wish;
import apidrive.wire.ChunkId;

/**
 * Keeps what names mean, or meant lately: of each name the first of its holders that answers has all servers renew what is claimed for it,
 * or, where nobody claims the object, renews the leases of its tree. Of the names that are hashes, which every object has, one keeps an
 * object that has no other; they go when their object has gone. One step is one page.
 */
final class NameKeeping implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(NameKeeping.class);
    private static final int PAGE = 200;
    private static final int WALKS_A_LIFETIME = 6;  // so that some may fail
    private static final Duration PAUSE = Duration.ofMillis(200);  // between pages, for users
    private static final Duration FULL = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Network network;
    private final Holders holders;
    private final NameTable table;
    private final NamePages pages;
    private final Names names;
    private final Wish wish;
    private final Duration lifetime;
    private final Predicate<ChunkId> renewal;
    private final Consumer<List<Hold>> holding;
    private final Predicate<ChunkId> isGone;
    private Optional<NameKey> after = Optional.empty();
    private Instant due = Instant.MIN;

    /**
     * {@code lifetime} is how long an object is kept that nobody asks for. {@code renewal} takes objects to renew, and tells whether it
     * has; {@code holding} is told for whom objects are to be kept, and how long, which spares reading their trees;
     * {@code isGone} tells whether no server keeps an object any more.
     */
    NameKeeping(Network network, Holders holders, NameTable table, NamePages pages, Names names, Wish wish, Duration lifetime,
            Predicate<ChunkId> renewal, Consumer<List<Hold>> holding, Predicate<ChunkId> isGone) {
        this.network = network;
        this.holders = holders;
        this.table = table;
        this.pages = pages;
        this.names = names;
        this.wish = wish;
        this.lifetime = lifetime;
        this.renewal = renewal;
        this.holding = holding;
        this.isGone = isGone;
    }

    @Override
    public String name() {
        return "name-keeping";
    }

    @Override
    public String duty() {
        return "Renews the leases of objects that have names, and forgets the hashes of objects that have gone";
    }

    @Override
    public Duration step(Instant now) {
        Duration interval = lifetime.dividedBy(WALKS_A_LIFETIME);
        if (after.isEmpty() && now.isBefore(due) && !due.isAfter(now.plus(interval))) {
            return IDLE;
        }
        if (after.isEmpty()) {
            due = now.plus(interval);
        }
        List<NameRecord> page = pages.live(after, PAGE);
        List<NameKey> seen = new ArrayList<>();
        boolean isFull = false;
        for (NameRecord record : page) {
            boolean isMine = !record.isOver(now) && holders.toAsk(record.key().id()).get(0).equals(network.self());
            isFull = isMine && !look(record, now);
            if (isFull) {
                break;
            }
            if (isMine) {
                seen.add(record.key());
            }
            after = Optional.of(record.key());
        }
        List<Hold> holds = holds(seen, now);
        if (!holds.isEmpty()) {
            holding.accept(holds);
        }
        if (isFull) {
            return FULL;
        }
        if (page.size() < PAGE) {
            after = Optional.empty();
        }
        return after.isEmpty() ? IDLE : PAUSE;
    }

    /** For whom objects are kept by any record of these names: a lifetime at most, and not beyond the end that was chosen. */
    private List<Hold> holds(List<NameKey> keys, Instant now) {
        List<Hold> holds = new ArrayList<>();
        table.holders(keys).forEach((holder, until) -> {
            Duration left = until.map(end -> Duration.between(now, end)).filter(one -> one.compareTo(lifetime) < 0).orElse(lifetime);
            if (left.compareTo(Duration.ZERO) > 0) {
                holds.add(new Hold(holder, left));
            }
        });
        return holds;
    }

    /** False where it is to be looked at again. */
    private boolean look(NameRecord record, Instant now) {
        ChunkId object = record.object().orElseThrow();
        if (!HashNames.isHash(record.key().namespace())) {
            return record.holder().isPresent() || renewal.test(object);
        }
        try {
            if (record.madeAt().isBefore(now.minus(lifetime)) && isGone.test(object)) {
                names.delete(record.key(), wish);
            }
        } catch (ProblemException e) {
            LOG.debug("{} is looked at another time: {}", record.key(), e.detail());
        }
        return true;
    }
}
