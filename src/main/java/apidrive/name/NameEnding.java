package apidrive.name;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.job.Job;
import apidrive.problem.ProblemException;
import apidrive.repair.Network;

/**
 * Ends names whose chosen time is over. Of each the first of its holders that answers writes the deletion that all come to keep; until
 * then readers go by the end that the record says. One step is one page.
 */
final class NameEnding implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(NameEnding.class);
    private static final int PAGE = 200;
    private static final Duration PAUSE = Duration.ofMillis(200);  // between pages, for users
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Network network;
    private final Holders holders;
    private final NamePages pages;
    private final Consumer<NameRecord> ending;
    private Optional<NameRecord> after = Optional.empty();

    /** {@code ending} ends a name, and what only it held. */
    NameEnding(Network network, Holders holders, NamePages pages, Consumer<NameRecord> ending) {
        this.network = network;
        this.holders = holders;
        this.pages = pages;
        this.ending = ending;
    }

    @Override
    public String name() {
        return "name-ending";
    }

    @Override
    public String duty() {
        return "Deletes names, and the objects that only they held, whose chosen time is over";
    }

    @Override
    public Duration step(Instant now) {
        List<NameRecord> page = pages.over(after, now, PAGE);
        page.stream().filter(record -> holders.toAsk(record.key().id()).get(0).equals(network.self())).forEach(this::end);
        after = page.size() < PAGE ? Optional.empty() : Optional.of(page.get(PAGE - 1));
        return after.isEmpty() ? INTERVAL : PAUSE;
    }

    private void end(NameRecord record) {
        try {
            ending.accept(record);
        } catch (ProblemException e) {
            LOG.debug("{} is ended another time: {}", record.key(), e.detail());
        }
    }
}
