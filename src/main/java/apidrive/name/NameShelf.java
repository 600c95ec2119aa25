package apidrive.name;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * What nodes ask of each other's names: what one of them keeps itself. Threads share it. A future fails with a
 * {@link apidrive.problem.ProblemException} where the node is away or refuses the whole call; asking again is harmless.
 */
interface NameShelf {
    /** The most names of one call, and of one page. */
    int MOST = 256;
    /** The most marks of one page. */
    int MOST_MARKS = 4_096;
    /** The most holders of one call. */
    int MOST_HOLDERS = 4_096;
    /** The most parts that marks are asked of at once. */
    int MOST_PARTS = 1_024;

    /** The newest record of each of at most {@link #MOST} names that is kept, deletions among them. */
    CompletableFuture<Map<NameKey, NameRecord>> find(List<NameKey> keys);

    /**
     * Keeps at most {@link #MOST} records durably, and tells {@code owed} of their names later. The answers are the versions that
     * count then, in the order of the records: higher ones where another was put meanwhile.
     */
    CompletableFuture<List<Long>> keep(List<NameRecord> records, Set<NodeId> owed);

    /** At most {@code limit}, up to {@link #MOST}, of the names above {@code after} that begin with {@code prefix}, deletions among them. */
    CompletableFuture<List<NameRecord>> list(String namespace, String prefix, String after, int limit);

    /** As {@link #list}, as much of each record as a list of names alone takes; over the network whole records come. */
    default CompletableFuture<List<NameHead>> heads(String namespace, String prefix, String after, int limit) {
        return list(namespace, prefix, after, limit).thenApply(records -> records.stream().map(NameHead::of).toList());
    }

    /** At most {@code limit}, up to {@link #MOST}, of the names above {@code after} that are looked for, as far as one call gets. */
    CompletableFuture<NameFindings> search(NameQuery query, NamePlace after, int limit);

    /** All that is kept of a name, the newest first. */
    CompletableFuture<List<NameRecord>> versions(NameKey key);

    /** What is kept, summed up by parts of {@code bits}; parts of which nothing is kept are left out. */
    CompletableFuture<List<NamePart>> parts(int bits);

    /** At most {@link #MOST_MARKS} of what is kept within these parts, of one length, above {@code after}, ascending. */
    CompletableFuture<List<NameMark>> marks(List<IdPrefix> within, NameMark after);

    /** Those of at most {@link #MOST_HOLDERS} holders for whom a record is kept, of any version, or for whom something is being stored. */
    CompletableFuture<Set<UUID>> wanted(List<UUID> holders);

    /** The records of at most {@link #MOST} marks, as far as they are kept. */
    CompletableFuture<List<NameRecord>> records(List<NameMark> marks);
}
