package apidrive.door.dtfc;

import static apidrive.problem.Problem.MALFORMED;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import apidrive.name.NamePage;
import apidrive.name.NameRecord;
import apidrive.repair.Wish;
import apidrive.wire.NodeId;

/**
 * Hides from this door, as a deletion does, what a list of hashes does not have that somebody tracks elsewhere. The list is walked beside
 * the names of this door, both in ascending order, so that neither is ever in memory as a whole.
 */
public final class Purge {
    /** The most contents that are removed at once. */
    public static final int MOST = 100_000;
    private static final int PAGE = 1_000;
    private static final int SHOWN = 100;

    /**
     * What there was.
     *
     * @param tracked   hashes in the list
     * @param untracked contents that are not in it, and old enough
     * @param removed   of these
     * @param first     the lowest hashes of these, at most a hundred
     * @param silent    servers that did not answer: what none but these know of is missing
     */
    public record Outcome(long tracked, long untracked, long removed, List<String> first, Set<NodeId> silent) {
    }

    private final Contents contents;
    private final InstantSource clock;
    private final Wish wish;

    /** Deletions are on as many nodes as {@code wish} says before they count as done. */
    public Purge(Contents contents, InstantSource clock, Wish wish) {
        this.contents = contents;
        this.clock = clock;
        this.wish = wish;
    }

    /**
     * Removes at most {@code most} contents, those of the lowest hashes, which were stored longer than {@code age} ago; nothing before the
     * whole list was read. Throws MALFORMED for a list that is not in order, and IOException where it breaks off.
     */
    public Outcome run(InputStream list, Duration age, int most) throws IOException {
        if (most < 0 || most > MOST) {
            throw MALFORMED.because("at most " + MOST + " contents are removed at once");
        }
        Instant before = clock.instant().minus(age);
        HashLines tracked = new HashLines(new BufferedInputStream(list));
        List<String> found = new ArrayList<>();
        Set<NodeId> silent = new TreeSet<>();
        long untracked = 0;
        Optional<String> line = tracked.next();
        Optional<String> after = Optional.empty();
        do {
            NamePage<NameRecord> page = contents.page(after, PAGE);
            silent.addAll(page.silent());
            for (NameRecord record : page.entries()) {
                String name = record.key().name();
                while (line.isPresent() && line.get().compareTo(name) < 0) {
                    line = tracked.next();
                }
                if (!line.equals(Optional.of(name)) && Contents.isOlder(record, before)) {
                    untracked++;
                    if (found.size() < Math.max(most, SHOWN)) {
                        found.add(name);
                    }
                }
            }
            after = page.next();
        } while (after.isPresent());
        while (line.isPresent()) {
            line = tracked.next();
        }
        long removed = found.stream().limit(most).filter(hash -> contents.purge(hash, before, wish)).count();
        return new Outcome(tracked.count(), untracked, removed, List.copyOf(found.subList(0, Math.min(SHOWN, found.size()))), silent);
    }
}
