package apidrive.name;

import static apidrive.problem.Problem.NAME_AWAY;
import static apidrive.problem.Problem.NAME_TAKEN;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;

import apidrive.manifest.StoredObject;
import apidrive.repair.Network;
import apidrive.repair.Wish;
import apidrive.wire.NodeId;

/** The whole network's names, as users see them through this node. Threads share it. */
public final class Names {
    /** The fewest holders of a name: rows are small, and a name that is lost takes what it names with it. */
    static final int LEAST_COPIES = 3;
    private static final int ATTEMPTS = 3;  // to be the last of several who put a name
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** A name that an object is to have. */
    private record Meant(NameKey key, Map<String, String> metadata, Mode mode, Keeper keeper) {
    }

    private final Network network;
    private final Holders holders;
    private final NamePeers peers;
    private final Listing listing;
    private final Searching searching;
    private final Clock clock;
    private final Executor executor;

    Names(Network network, Holders holders, NamePeers peers, InstantSource clock, Executor executor) {
        this.network = network;
        this.holders = holders;
        this.peers = peers;
        this.listing = new Listing(network, holders, peers);
        this.searching = new Searching(network, holders, peers);
        this.clock = new Clock(clock);
        this.executor = executor;
    }

    /** What the name means by the newest record that its reachable holders know; empty when nothing, or no more. Throws NAME_AWAY. */
    public Optional<NameRecord> find(NameKey key) {
        return findRecord(key).filter(record -> !record.isOver(clock.now()));
    }

    /** As {@link #find}; deletions are told as well, and what is at its end. */
    public Optional<NameRecord> findRecord(NameKey key) {
        return Optional.ofNullable(newest(List.of(key)).get(key));
    }

    /**
     * Has the name mean the object, and returns when as many servers have that durably as are wished for. Where it means that object
     * already, it is kept for whom it was. Throws NAME_TAKEN where it means another and is to be immutable, NAME_AWAY; after NAME_AWAY
     * some servers may have it.
     */
    public NameRecord put(NameKey key, StoredObject object, Map<String, String> metadata, Mode mode, Wish wish) {
        return put(key, object, metadata, mode, wish, Optional.empty(), Optional.empty()).record();
    }

    /**
     * As the other; {@code holder} claims the object for this name alone, and ends when no record of it says so any more. What is returned
     * may be kept for another holder, who did before: then this one is not needed.
     */
    public NameRecord put(NameKey key, StoredObject object, Map<String, String> metadata, Mode mode, Wish wish, UUID holder) {
        return put(key, object, metadata, mode, wish, Optional.of(holder), Optional.empty()).record();
    }

    /** As the others; {@code lifetime} from now the name ends by itself, without one when somebody deletes it, whatever was said before. */
    public Change put(NameKey key, StoredObject object, Map<String, String> metadata, Mode mode, Wish wish, Optional<UUID> holder,
            Optional<Duration> lifetime) {
        return put(List.of(new Meant(key, metadata, mode, new Keeper(holder, lifetime.map(this::end)))), object, wish).get(0);
    }

    /**
     * As the others where the name means the object already and is kept for a holder, who stays. Empty where it does not, where it is to
     * live on beyond the end that it has, for the claims may be near theirs, or where somebody changes it meanwhile, whose word counts: then
     * it is to be claimed anew. Throws NAME_AWAY.
     */
    public Optional<Change> putSame(NameKey key, StoredObject object, Map<String, String> metadata, Wish wish, Optional<Duration> lifetime) {
        Optional<NameRecord> known = find(key).filter(one -> one.holder().isPresent() && one.root().equals(Optional.of(object.root())));
        Optional<Instant> until = lifetime.map(this::end);
        if (known.isEmpty() || isLater(until, known.get().until())) {
            return Optional.empty();
        }
        Keeper keeper = new Keeper(known.get().holder(), until);
        NameRecord anew = NameRecord.of(key, clock.versionJustAbove(known), object, metadata, clock.now(), keeper);
        NameRecord record = known.filter(anew::saysAs).orElse(anew);
        return keep(List.of(record), wish).get(key) > record.version() ? Optional.empty() : Optional.of(new Change(record, known));
    }

    /** What a name says by now, and what it meant before, which may be the same; empty for nothing. */
    public record Change(NameRecord record, Optional<NameRecord> before) {
    }

    /** As the other for an object that was just stored: its bytes' hashes name it as well, all at once. */
    public Change putStored(NameKey key, StoredObject object, Map<String, String> metadata, Mode mode, Wish wish, UUID holder,
            Optional<Duration> lifetime) {
        List<Meant> names = new ArrayList<>(hashes(object, one -> Keeper.NOBODY));
        names.add(new Meant(key, metadata, mode, new Keeper(Optional.of(holder), lifetime.map(this::end))));
        return put(names, object, wish).get(names.size() - 1);
    }

    /** Names the object by the hashes of its bytes. Throws NAME_AWAY. */
    public void putHashes(StoredObject object, Wish wish) {
        put(hashes(object, one -> Keeper.NOBODY), object, wish);
    }

    /**
     * As the other, and the name that is its SHA-256, which is returned, keeps it as in
     * {@link #put(NameKey, StoredObject, Map, Mode, Wish, UUID)}; with a {@code lifetime} for so long, and for longer where somebody
     * else stored these bytes for longer.
     */
    public NameRecord putHashes(StoredObject object, Wish wish, UUID holder, Optional<Duration> lifetime) {
        NameKey keeping = HashNames.sha256(object.digests().sha256());
        Keeper keeper = new Keeper(Optional.of(holder), lifetime.map(this::end));
        return put(hashes(object, key -> key.equals(keeping) ? keeper : Keeper.NOBODY), object, wish).stream()
                .map(Change::record).filter(record -> record.key().equals(keeping)).findFirst().orElseThrow();
    }

    /** Deletes the name and returns what it meant; empty when nothing. Throws NAME_AWAY. */
    public Optional<NameRecord> delete(NameKey key, Wish wish) {
        Optional<NameRecord> before = find(key);
        before.ifPresent(record -> keep(List.of(NameRecord.deleted(key, clock.versionOfDeletion(before), clock.now())), wish));
        return before;
    }

    /**
     * Deletes the name whose end has come, as of then, so that whoever does it says the same; false where it means something else by now.
     * Throws NAME_AWAY.
     */
    public boolean end(NameRecord record, Wish wish) {
        Instant now = clock.now();
        if (!record.isOver(now) || !findRecord(record.key()).equals(Optional.of(record))) {
            return false;
        }
        Instant until = record.until().orElseThrow();
        long atEnd = Math.max(record.version() + 1, Clock.micros(until));
        long version = atEnd < LocalNames.forgottenBelow(now) ? clock.versionAbove(Optional.of(record)) : atEnd;
        keep(List.of(NameRecord.deleted(record.key(), version, until)), wish);
        return true;
    }

    /**
     * At most {@code limit} names of the namespace above {@code after} that begin with {@code prefix}, ascending by code point. Throws
     * MALFORMED.
     */
    public NamePage<NameRecord> list(String namespace, String prefix, Optional<String> after, int limit) {
        Instant now = clock.now();
        return listing.page(NameShelf::list, namespace, prefix, after.orElse(""), limit).map(record -> !record.isOver(now), record -> record);
    }

    /** As the other, the names alone: of those that it keeps itself this node reads no more. */
    public NamePage<String> texts(String namespace, String prefix, Optional<String> after, int limit) {
        Instant now = clock.now();
        return listing.page(NameShelf::heads, namespace, prefix, after.orElse(""), limit).map(head -> !head.isOver(now), NameHead::text);
    }

    /**
     * At most {@code limit}, 1 to 256, of the names above {@code after} that are looked for, as far as one round through all servers
     * gets; whoever wants more goes on from there. Throws MALFORMED, NAME_AWAY.
     */
    public NameFindings search(NameQuery query, NamePlace after, int limit) {
        return searching.search(query, after, limit);
    }

    /** What the name meant lately, at most the last ten records, the newest first, a deletion as the last of them. */
    public List<NameRecord> versions(NameKey key) {
        return listing.versions(key);
    }

    /** Those of some holders who are needed by any server, and the servers that did not say. */
    public record Wanted(Set<UUID> holders, Set<NodeId> silent) {
    }

    /** Who of these, at most 4,096, is needed: a record of a name is kept for it, of any version, or something is being stored for it. */
    public Wanted wanted(List<UUID> holders) {
        Collection<NodeId> nodes = new HashSet<>(network.reachable());
        nodes.add(network.self());
        Map<NodeId, Set<UUID>> answers = Calls.heard(Calls.toEach(this.holders.selfLast(nodes), node -> peers.shelf(node).wanted(holders)),
                heard -> false);
        Set<NodeId> silent = new HashSet<>(nodes);
        silent.addAll(network.away());
        silent.removeAll(answers.keySet());
        Set<UUID> wanted = new HashSet<>();
        answers.values().forEach(wanted::addAll);
        return new Wanted(wanted, silent);
    }

    private static List<Meant> hashes(StoredObject object, Function<NameKey, Keeper> keepers) {
        return HashNames.of(object.digests()).stream().map(key -> new Meant(key, Map.of(), Mode.VERSIONED, keepers.apply(key))).toList();
    }

    /**
     * Puts once more what was overtaken meanwhile, so that whoever comes last is what counts. Returns what became of each, in order, and
     * what it meant before all of that. What was put once may be known to some server: from then on nothing is refused but as NAME_AWAY.
     */
    private List<Change> put(List<Meant> names, StoredObject object, Wish wish) {
        Map<NameKey, Optional<NameRecord>> first = new HashMap<>();
        List<NameRecord> records = List.of();
        for (int attempt = 1; ; attempt++) {
            Map<NameKey, NameRecord> before = newest(names.stream().map(Meant::key).toList());
            requireKept(names, records);
            List<Change> changes = new ArrayList<>();
            for (Meant name : names) {
                Optional<NameRecord> known = Optional.ofNullable(before.get(name.key()));
                Instant now = clock.now();
                Optional<NameRecord> meant = known.filter(one -> !one.isOver(now));
                requireFree(meant, object, name.mode(), attempt == 1);
                Keeper keeper = name.keeper().beside(name.key(), meant.filter(one -> one.root().equals(Optional.of(object.root()))));
                boolean wasNamed = attempt > 1 || !keeper.holder().equals(name.keeper().holder())
                        || keeper.holder().isPresent() && keeper.holder().equals(known.flatMap(NameRecord::holder));
                long version = wasNamed ? clock.versionJustAbove(known) : clock.versionAbove(known);
                NameRecord record = NameRecord.of(name.key(), version, object, name.metadata(), now, keeper);
                changes.add(new Change(known.filter(record::saysAs).orElse(record), first.computeIfAbsent(name.key(), key -> meant)));
            }
            records = changes.stream().map(Change::record).toList();
            Map<NameKey, Long> newest = keep(records, wish);
            if (attempt == ATTEMPTS || records.stream().allMatch(record -> newest.get(record.key()) <= record.version())) {
                return changes;
            }
        }
    }

    /** The holder of a record that a deletion took has ended: in his name nothing is put any more, though another put it anew since. */
    private void requireKept(List<Meant> names, List<NameRecord> put) {
        for (int i = 0; i < put.size(); i++) {
            NameRecord record = put.get(i);
            boolean isOurs = record.holder().isPresent() && record.holder().equals(names.get(i).keeper().holder());
            if (isOurs && versions(record.key()).stream().noneMatch(
                    one -> one.version() == record.version() && one.holder().equals(record.holder()))) {
                throw NAME_AWAY.because(record.key() + " was deleted while it was put, or those that keep it do not answer", RETRY);
            }
        }
    }

    private static void requireFree(Optional<NameRecord> meant, StoredObject object, Mode mode, boolean isFirst) {
        meant.filter(record -> mode == Mode.IMMUTABLE && !record.root().equals(Optional.of(object.root())))
                .ifPresent(record -> {
                    String detail = record.key() + " is object " + record.object().orElseThrow() + ", and stays it";
                    throw isFirst ? NAME_TAKEN.because(detail) : NAME_AWAY.because(detail, RETRY);
                });
    }

    /** Empty is never. */
    private static boolean isLater(Optional<Instant> end, Optional<Instant> than) {
        return than.isPresent() && (end.isEmpty() || end.get().isAfter(than.get()));
    }

    /** So long from now, rounded up to a second. */
    private Instant end(Duration lifetime) {
        return clock.now().plus(lifetime).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
    }

    private Map<NameKey, NameRecord> newest(Collection<NameKey> keys) {
        return new Asking(holders, peers).ask(keys);
    }

    private Map<NameKey, Long> keep(List<NameRecord> records, Wish wish) {
        int promised = Math.min(Math.min(wish.ack(), holders.copies()), network.size());
        return new Keeping(holders, peers, executor, promised, records).keep();
    }
}
