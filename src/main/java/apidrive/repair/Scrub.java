package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.ChunkStore;
import apidrive.chunk.GetResult;
import apidrive.chunk.Held;
import apidrive.job.Job;
import apidrive.job.Progress;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/**
 * Reads every chunk again and checks it against its digest, all of them within {@link #PASS}; what fails is noted in the heal
 * queue, to be fetched from a server that keeps it sound. Where it stood is kept in the database. One step is a few chunks.
 */
public final class Scrub implements Job {
    /** A pass takes so long: below the 30 days promised, so that a stop of some days breaks nothing. */
    static final Duration PASS = Duration.ofDays(21);
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
    private static final int BATCH = ChunkStore.MAX_GET;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Where a pass stands: the last chunk read, and when the pass began. */
    public record Place(ChunkId after, Instant began) {
    }

    /** Keeps the place of a pass over a stop. */
    public interface Bookmark {
        /** The place kept; empty before the first. */
        Optional<Place> read();

        void write(Place place);
    }

    /** Reads chunks from the database itself, past any cache, and marks those that are damaged; as {@link ChunkStore#get}. */
    public interface Reader {
        Map<ChunkId, GetResult> read(List<ChunkId> ids, Instant now);
    }

    private final Network network;
    private final OwnChunks own;
    private final Reader reader;
    private final HealQueue queue;
    private final Budget budget;
    private final Bookmark bookmark;
    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();
    private volatile boolean isAsked;
    private volatile Optional<Progress> progress = Optional.empty();

    public Scrub(Network network, OwnChunks own, Reader reader, HealQueue queue, Budget budget, Bookmark bookmark) {
        this.network = network;
        this.own = own;
        this.reader = reader;
        this.queue = queue;
        this.budget = budget;
        this.bookmark = bookmark;
    }

    @Override
    public String name() {
        return "scrub";
    }

    @Override
    public String duty() {
        return "Reads every chunk again and checks it against its digest";
    }

    /** A pass over everything begins now, as fast as the budget allows. */
    public void ask() {
        isAsked = true;
        bookmark.write(new Place(ChunkId.LOWEST, Instant.EPOCH));
    }

    /** Chunks checked since the start. */
    public long checked() {
        return checked.get();
    }

    /** Chunks found damaged since the start. */
    public long damaged() {
        return damaged.get();
    }

    @Override
    public Optional<Progress> progress() {
        return progress;
    }

    @Override
    public Duration step(Instant now) {
        Duration pause = budget.wait(now);
        if (!pause.isZero()) {
            return pause;
        }
        Place place = bookmark.read().filter(kept -> !kept.began().isAfter(now)).orElse(new Place(ChunkId.LOWEST, now));
        if (place.began().equals(Instant.EPOCH)) {
            place = new Place(ChunkId.LOWEST, now);
        }
        List<Held> page = own.inventory().list(List.of(IdPrefix.ALL), place.after(), BATCH, now);
        if (page.isEmpty()) {
            return finished(place, now);
        }
        check(page.stream().map(Held::id).toList(), now);
        Place reached = new Place(page.get(page.size() - 1).id(), place.began());
        bookmark.write(reached);
        return pace(reached, now);
    }

    private void check(List<ChunkId> ids, Instant now) {
        Map<ChunkId, GetResult> read = reader.read(ids, now);
        List<ChunkId> sound = ids.stream().filter(id -> read.containsKey(id) && read.get(id).refusal().isEmpty()).toList();
        List<HealQueue.Need> broken = ids.stream().filter(id -> read.containsKey(id) && read.get(id).refusal().isPresent())
                .map(id -> new HealQueue.Need(id, network.self(), Set.of())).toList();
        own.inventory().checked(sound, now);
        if (!broken.isEmpty()) {
            queue.add(broken, now);
            LOG.error("scrub found damaged chunks count={} first={}", broken.size(), broken.get(0).chunk());
        }
        checked.addAndGet(ids.size());
        damaged.addAndGet(broken.size());
        budget.spend(sound.stream().mapToLong(id -> read.get(id).stored().chunk().size()).sum(), now);
    }

    private Duration finished(Place place, Instant now) {
        isAsked = false;
        progress = Optional.empty();
        Instant next = place.began().plus(PASS);
        if (!now.isBefore(next)) {
            LOG.info("scrub begins a new pass, the last began at {}", place.began());
            bookmark.write(new Place(ChunkId.LOWEST, now));
            return Duration.ZERO;
        }
        return LONGEST_WAIT;
    }

    /** Ids are spread evenly: where it should stand follows from the time alone, where it stands from the last id. */
    private Duration pace(Place reached, Instant now) {
        double stands = (reached.after().uuid().getMostSignificantBits() >>> 1) / (double) Long.MAX_VALUE;
        progress = Optional.of(new Progress(Math.round(stands * 100), 100, "hundredths"));
        if (isAsked) {
            return Duration.ZERO;
        }
        Duration due = Duration.ofMillis(Math.round(PASS.toMillis() * stands));
        Duration ahead = due.minus(Duration.between(reached.began(), now));
        return ahead.isNegative() ? Duration.ZERO : ahead.compareTo(LONGEST_WAIT) < 0 ? ahead : LONGEST_WAIT;
    }
}
