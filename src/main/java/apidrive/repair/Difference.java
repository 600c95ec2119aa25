package apidrive.repair;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

import apidrive.chunk.Put;
import apidrive.chunk.Summary;
import apidrive.wire.IdPrefix;

/**
 * Where what a peer keeps may hold something that this node should keep and lacks. Of a chunk of which {@code n} copies are
 * wanted the first {@code n} of its ranking are the holders, so two nodes should agree on those chunks of which both are
 * holders, and anything else a peer keeps for us is worth a look.
 */
final class Difference {
    private static final int NOWHERE = Integer.MAX_VALUE;

    private record Sum(long count, long sum) {
        private static final Sum NONE = new Sum(0, 0);

        private Sum with(Summary summary) {
            return new Sum(count + summary.count(), sum ^ summary.sum());
        }
    }

    private Difference() {
    }

    /**
     * The prefixes of {@code there} to look into, ascending. {@code myRank} and {@code peersRank} tell each one's place in the
     * ranking of a prefix, from 0; negative for none.
     */
    static List<IdPrefix> between(List<Summary> here, List<Summary> there, ToIntFunction<IdPrefix> myRank,
            ToIntFunction<IdPrefix> peersRank) {
        Map<IdPrefix, List<Summary>> mine = byPrefix(here);
        Map<IdPrefix, List<Summary>> theirs = byPrefix(there);
        List<IdPrefix> different = new ArrayList<>();
        for (IdPrefix prefix : new TreeSet<>(theirs.keySet())) {
            int rank = orNowhere(myRank.applyAsInt(prefix));
            int shared = Math.max(rank, orNowhere(peersRank.applyAsInt(prefix)));
            if (rank < Put.MAX_COPIES && (isAnyFor(theirs.get(prefix), rank, shared)
                    || !sum(theirs.get(prefix), shared).equals(sum(mine.getOrDefault(prefix, List.of()), shared)))) {
                different.add(prefix);
            }
        }
        return different;
    }

    /** Whether the peer keeps chunks for us that it would not have to keep itself. */
    private static boolean isAnyFor(List<Summary> theirs, int rank, int shared) {
        return theirs.stream().anyMatch(summary -> summary.copies() > rank && summary.copies() <= shared);
    }

    private static Sum sum(List<Summary> summaries, int rank) {
        Sum sum = Sum.NONE;
        for (Summary summary : summaries) {
            sum = summary.copies() > rank ? sum.with(summary) : sum;
        }
        return sum;
    }

    private static Map<IdPrefix, List<Summary>> byPrefix(List<Summary> summaries) {
        Map<IdPrefix, List<Summary>> byPrefix = new HashMap<>();
        summaries.forEach(summary -> byPrefix.computeIfAbsent(summary.prefix(), prefix -> new ArrayList<>()).add(summary));
        return byPrefix;
    }

    private static int orNowhere(int rank) {
        return rank < 0 ? NOWHERE : rank;
    }
}
