package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_READY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import apidrive.chunk.GroupCommit;
import apidrive.chunk.GroupRead;
import apidrive.repair.Network;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** This node's own names. Concurrent questions share statements, and what is put at the same time shares transactions. */
final class LocalNames implements NameShelf, AutoCloseable {
    /** So far ahead of this clock a version may be: beyond it nobody could change the name any more who has the right time. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);
    /** Twice as long as a chunk is kept by default: who was away for longer may bring back what was deleted meanwhile. */
    private static final Duration DELETIONS_KEPT = Duration.ofDays(60);

    private static final int TRANSACTION = 64;  // calls, mostly those of an object: four names
    private static final int COMPANY = 4;  // calls
    /** Names a transaction: each is a lock, of which all clients of a server have some 6,400 together (max_locks_per_transaction). */
    private static final int LOCKED = 1_024;
    private static final int QUESTION = 256;  // names
    private static final int AT_ONCE = 2;  // transactions, and as many statements: one is flushed while another is made
    private static final int WAITING = 4_096;  // calls
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final NameTable table;
    private final NamePages pages;
    private final GroupCommit<NameTable.Told, Map<NameKey, NameRecord>> commits;
    private final GroupRead<NameKey, NameRecord> reads;
    private final NameInventory inventory;
    private final NameSearch search;
    private final Claimants claimants;
    private final Network network;
    private final InstantSource clock;

    LocalNames(NameTable table, NamePages pages, NameInventory inventory, NameSearch search, Claimants claimants, Network network,
            InstantSource clock) {
        this.table = table;
        this.pages = pages;
        this.commits = new GroupCommit<>("name", this::put, new GroupCommit.Sharing(TRANSACTION, COMPANY, AT_ONCE), WAITING, PATIENCE);
        this.reads = new GroupRead<>(table::newest, QUESTION, AT_ONCE, WAITING);
        this.inventory = inventory;
        this.search = search;
        this.claimants = claimants;
        this.network = network;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Map<NameKey, NameRecord>> find(List<NameKey> keys) {
        return done(() -> {
            Map<NameKey, NameRecord> read = new HashMap<>(reads.get(keys));
            read.keySet().retainAll(keys);
            return read;
        });
    }

    @Override
    public CompletableFuture<List<Long>> keep(List<NameRecord> records, Set<NodeId> owed) {
        try {
            Instant now = clock.instant();
            if (!network.takesChunks()) {
                throw NOT_READY.because("this server takes nothing new");
            }
            if (records.stream().anyMatch(record -> isAhead(record, now))) {
                throw MALFORMED.because("the version of a name is more than a day ahead of this server's clock");
            }
            List<NameRecord> believed = records.stream().filter(record -> !isOutlived(record, now)).toList();
            return commits.submit(new NameTable.Told(believed, owed)).thenApply(newest ->
                    records.stream().map(record -> newest.getOrDefault(record.key(), record).version()).toList());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** All get what became of all: each finds its own names among them. */
    private List<Map<NameKey, NameRecord>> put(List<NameTable.Told> together) {
        Map<NameKey, NameRecord> newest = new HashMap<>();
        List<NameTable.Told> part = new ArrayList<>();
        int names = 0;
        for (NameTable.Told told : together) {
            if (!part.isEmpty() && names + told.records().size() > LOCKED) {
                newest.putAll(table.put(part, clock.instant()));
                part.clear();
                names = 0;
            }
            part.add(told);
            names += told.records().size();
        }
        newest.putAll(table.put(part, clock.instant()));
        return Collections.nCopies(together.size(), newest);
    }

    @Override
    public CompletableFuture<List<NameRecord>> list(String namespace, String prefix, String after, int limit) {
        return done(() -> pages.list(namespace, prefix, after, limit));
    }

    @Override
    public CompletableFuture<List<NameHead>> heads(String namespace, String prefix, String after, int limit) {
        return done(() -> pages.heads(namespace, prefix, after, limit));
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

    /** Keeps what waits, and takes no more. */
    @Override
    public void close() {
        commits.close();
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
