package apidrive.peer;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/** Finds others: by the seeds while nobody is there, and by exchanging whole lists with one of those who are, now and then. */
final class Joining {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final Duration SEED_CHECK = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration EXCHANGE_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_TURNS = 100_000;  // of one conversation: more than a list of two millions takes

    private final Exchange exchange;
    private final PeerClient client;
    private final Seeds seeds;
    private final Supplier<List<URI>> saved;
    private final BooleanSupplier isAlone;
    private final BooleanSupplier hasLeft;
    private final Duration period;
    private final Refusals refusals;
    private final Workers workers;
    private Duration pause = SEED_CHECK;
    private long nextSeeking = System.nanoTime();

    /**
     * @param saved   where others were once
     * @param isAlone whether nobody answers
     * @param hasLeft whether this node is to stay by itself
     * @param period  of exchanges of whole lists
     */
    Joining(Exchange exchange, PeerClient client, Seeds seeds, Supplier<List<URI>> saved, BooleanSupplier isAlone,
            BooleanSupplier hasLeft, Duration period, Refusals refusals, Workers workers) {
        this.exchange = exchange;
        this.client = client;
        this.seeds = seeds;
        this.saved = saved;
        this.isAlone = isAlone;
        this.hasLeft = hasLeft;
        this.period = period;
        this.refusals = refusals;
        this.workers = workers;
    }

    void start() {
        workers.run(this::seek);
        scheduleExchange();
    }

    /** Exchanges lists with whoever is at that URL. */
    Membership.Joined join(URI url) {
        try {
            Exchange.Conversation conversation = exchange.begin();
            for (int turn = 0; turn < MOST_TURNS; turn++) {
                Optional<byte[]> request = conversation.request();
                if (request.isEmpty()) {
                    break;
                }
                conversation.take(client.call(url, GossipRoutes.EXCHANGE, request.get(), EXCHANGE_LIMIT,
                        Exchange.MAX_BYTES), System.nanoTime());
            }
            return new Membership.Joined(url, conversation.partner().map(Announcement::id), Optional.empty());
        } catch (PeerFailure | ProblemException failure) {
            if (failure instanceof ProblemException refused && refused.problem() == Problem.OTHER_PARTITIONS) {
                refusals.tell(refused.detail());
            }
            LOG.debug("exchange failed url={} cause={}", url, failure.getMessage());
            return new Membership.Joined(url, Optional.empty(), Optional.of(failure.getMessage()));
        }
    }

    private void scheduleExchange() {
        long jittered = (long) (period.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
        workers.schedule(() -> {
            exchange.partner().ifPresent(partner -> join(partner.profile().url()));
            scheduleExchange();
        }, Duration.ofNanos(jittered));
    }

    /**
     * Joins by the seeds when the file names others than before, and, ever more seldom, while nobody else is here; then by
     * those too that another WAR on this database has found.
     */
    private void seek() {
        try {
            boolean isNew = seeds.refresh();
            boolean isDue = System.nanoTime() - nextSeeking >= 0 && !hasLeft.getAsBoolean() && isAlone.getAsBoolean();
            if (isNew || isDue) {
                seeds.urls().forEach(this::join);
                if (isAlone.getAsBoolean()) {
                    saved.get().forEach(this::join);
                }
                pause = !isAlone.getAsBoolean() ? SEED_CHECK
                        : pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                nextSeeking = System.nanoTime() + (long) (pause.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1));
            }
        } catch (RuntimeException e) {
            LOG.error("joining failed; it is tried again", e);
        }
        workers.schedule(this::seek, SEED_CHECK);
    }
}
