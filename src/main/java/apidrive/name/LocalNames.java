package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_READY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import apidrive.repair.Network;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** This node's own names. */
final class LocalNames implements NameShelf {
    /** So far ahead of this clock a version may be: beyond it nobody could change the name any more who has the right time. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);
    /** Twice as long as a chunk is kept by default: who was away for longer may bring back what was deleted meanwhile. */
    private static final Duration DELETIONS_KEPT = Duration.ofDays(60);

    private final NameTable table;
    private final NameInventory inventory;
    private final NameSearch search;
    private final Claimants claimants;
    private final Network network;
    private final InstantSource clock;

    LocalNames(NameTable table, NameInventory inventory, NameSearch search, Claimants claimants, Network network, InstantSource clock) {
        this.table = table;
        this.inventory = inventory;
        this.search = search;
        this.claimants = claimants;
        this.network = network;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Map<NameKey, NameRecord>> find(List<NameKey> keys) {
        return done(() -> table.newest(keys));
    }

    @Override
    public CompletableFuture<List<Long>> keep(List<NameRecord> records, Set<NodeId> owed) {
        return done(() -> {
            Instant now = clock.instant();
            if (!network.takesChunks()) {
                throw NOT_READY.because("this server takes nothing new");
            }
            if (records.stream().anyMatch(record -> isAhead(record, now))) {
                throw MALFORMED.because("the version of a name is more than a day ahead of this server's clock");
            }
            Map<NameKey, NameRecord> newest = table.put(records.stream().filter(record -> !isOutlived(record, now)).toList(), owed, now);
            return records.stream().map(record -> newest.getOrDefault(record.key(), record).version()).toList();
        });
    }

    @Override
    public CompletableFuture<List<NameRecord>> list(String namespace, String prefix, String after, int limit) {
        return done(() -> table.list(namespace, prefix, after, limit));
    }

    @Override
    public CompletableFuture<NameFindings> search(NameQuery query, NamePlace after, int limit) {
        return done(() -> search.search(query, after, limit));
    }

    @Override
    public CompletableFuture<List<NameRecord>> versions(NameKey key) {
        return done(() -> table.versions(key));
    }

    @Override
    public CompletableFuture<List<NamePart>> parts(int bits) {
        return done(() -> inventory.parts(bits));
    }

    @Override
    public CompletableFuture<List<NameMark>> marks(List<IdPrefix> within, NameMark after) {
        return done(() -> inventory.marks(within, after, MOST_MARKS));
    }

    @Override
    public CompletableFuture<Set<UUID>> wanted(List<UUID> holders) {
        return done(() -> claimants.wanted(holders));
    }

    @Override
    public CompletableFuture<List<NameRecord>> records(List<NameMark> marks) {
        return done(() -> inventory.records(marks));
    }

    /** Keeps what another server told, but for what is not to be believed and what is past; returns how many. */
    int take(List<NameRecord> records, Instant now) {
        List<NameRecord> believed = records.stream().filter(record -> !isAhead(record, now) && !isOutlived(record, now)).toList();
        if (!believed.isEmpty()) {
            table.put(believed, Set.of(), now);
        }
        return believed.size();
    }

    /** Whether it is a deletion that is to be forgotten by now. */
    private static boolean isOutlived(NameRecord record, Instant now) {
        return record.isDeleted() && record.version() < forgottenBelow(now);
    }

    /** Deletions below this version are forgotten. */
    static long forgottenBelow(Instant now) {
        return Clock.micros(now.minus(DELETIONS_KEPT));
    }

    /** Whether the record is not to be believed at {@code now}. */
    static boolean isAhead(NameRecord record, Instant now) {
        return record.version() > Clock.micros(now.plus(MOST_AHEAD));
    }

    private static <T> CompletableFuture<T> done(Supplier<T> work) {
        try {
            return CompletableFuture.completedFuture(work.get());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
