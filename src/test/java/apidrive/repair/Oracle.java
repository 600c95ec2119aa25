package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import apidrive.chunk.Held;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Knows what users were promised, by books of its own, and looks at all disks at once, which no node can. It is the judge of
 * a run: what it finds wrong first is what the run fails with.
 */
final class Oracle {
    /** A store and a deletion this close to each other have no order, since either may still be on its way. */
    private static final long AT_ONCE_MILLIS = 300_000;
    private static final long LOOK_MILLIS = 60_000;  // that may lie between two looks of a draining node
    private static final Duration SOON = Duration.ofHours(2);

    private enum State { UNCLAIMED, LIVE, DELETED }

    /** What is known of one chunk. */
    private static final class Book {
        private final Chunk chunk;
        private State state = State.UNCLAIMED;
        private final Set<NodeId> keepers = new TreeSet<>();  // that acknowledged it since it was last deleted
        private boolean isConfused;
        private boolean isAgeless;  // some copy of it may seem to be younger than any deletion
        private Instant deletedAt = Instant.EPOCH;
        private long damaged = -AT_ONCE_MILLIS;
        private long released = -AT_ONCE_MILLIS;
        private int stores;  // begun, acknowledged or not
        private Instant promised = Instant.EPOCH;  // by the last of them
        private int copies;
        private Instant copiesUntil = Instant.EPOCH;  // as long as the lease of the store that wished for so many
        private int credit;  // copies that there have been: so many disks may be lost before it may be
        private Instant until = Instant.EPOCH;  // as a store promised
        private Instant renewedUntil = Instant.EPOCH;  // as a retrieval did: known to one holder for a time
        private Duration gained = Duration.ZERO;
        private long stored = -AT_ONCE_MILLIS;
        private long deleted = -AT_ONCE_MILLIS;  // negative while it never was

        private Book(Chunk chunk) {
            this.chunk = chunk;
        }
    }

    /** When a store began, in {@link Timeline#millis} and by true time, and what clocks had gained until then. */
    record Begun(long at, Instant time, Duration gained) {
    }

    private final World world;
    private final Map<ChunkId, Book> books = new TreeMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private Duration gained = Duration.ZERO;
    private double fastest = 1;
    private boolean isDrifting;
    private boolean wasLiedTo;
    private String failure;
    private Throwable cause;

    Oracle(World world) {
        this.world = world;
    }

    /** The first thing that went wrong; empty while nothing has. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    Throwable cause() {
        return cause;
    }

    /** What begins now. */
    Begun begun() {
        return new Begun(world.timeline.millis(), world.timeline.time(), gained);
    }

    /** Whether some clock ever ran faster or slower than time. */
    boolean isDrifting() {
        return isDrifting;
    }

    /** How often things happened. */
    Map<String, Integer> counts() {
        return counts;
    }

    void fail(String what) {
        fail(what, null);
    }

    void fail(String what, Throwable why) {
        if (failure == null) {
            world.timeline.tell("WRONG: " + what);
            failure = what;
            cause = why;
        }
    }

    void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /**
     * A clock jumped, and runs so fast from now on. What came first, a deletion or a store, is told by their ages: that knowledge
     * is lost with a clock, and nothing more is claimed of what was ever deleted. By a clock that was set back a lease begins anew
     * until the time is made good, so that what had one is not seen to be deleted.
     */
    void clockAdjusted(Duration jump, double rate) {
        gained = jump.isNegative() ? gained : gained.plus(jump);
        fastest = Math.max(fastest, rate);
        isDrifting |= rate != 1;
        world.claims.clockAdjusted();
        books.values().forEach(book -> book.isAgeless |= jump.isNegative() && book.stores > 0);
        books.values().stream().filter(book -> book.deleted >= 0).forEach(book -> {
            book.state = State.UNCLAIMED;
            book.isConfused = true;
        });
    }

    /** A node lies: by its word a lease may begin anew, even of what was deleted, as if one of its users had stored it. */
    void nodeLies() {
        wasLiedTo = true;
        world.claims.nodeLies();
        books.values().stream().filter(book -> book.state == State.DELETED).forEach(book -> book.state = State.UNCLAIMED);
    }

    // What users did

    Begun storing(Chunk chunk) {
        Book book = book(chunk);
        book.stores++;
        book.stored = world.timeline.millis();
        if (book.state == State.DELETED) {
            book.state = State.UNCLAIMED;
        }
        return begun();
    }

    /**
     * The store that {@code begun} tells of was acknowledged: invariant 1 is checked here. Its lease is promised from then on, for
     * days may pass before the answer does, and clocks jump.
     */
    void acknowledged(Chunk chunk, Wish wish, int promised, Stored stored, Begun begun) {
        long at = begun.at();
        count("acknowledged");
        Book book = book(chunk);
        long sound = stored.holders().stream().map(world::node).filter(node -> !node.lied && keeps(node, chunk.id())).count();
        boolean isExcused = wasLiedTo || book.deleted + AT_ONCE_MILLIS > at || lostSince(stored.holders(), at) || book.damaged >= at;
        if (stored.holders().size() < promised || Set.copyOf(stored.holders()).size() != stored.holders().size()) {
            fail(name(chunk.id()) + " was acknowledged on " + names(stored.holders()) + ", promised were " + promised);
        }
        boolean isHandedOver = book.released >= at && copies(chunk.id()) >= stored.holders().size();  // by one that stood in for holders
        if (!isExcused && !isHandedOver && sound < stored.holders().size()) {
            fail(name(chunk.id()) + " was acknowledged on " + names(stored.holders()) + " and lies on " + sound + " of them");
        }
        stored.holders().stream().map(world::node).filter(node -> !node.lied && keeps(node, chunk.id())).forEach(node -> leased(node, chunk.id(), begun));
        book.stored = world.timeline.millis();
        if (book.deleted + AT_ONCE_MILLIS > at || book.isConfused || book.deleted >= 0 && isDrifting) {
            book.state = State.UNCLAIMED;
            return;
        }
        if (sound == 0) {
            return;  // who said so lied: what was promised before holds still
        }
        boolean isMoreWished = book.state == State.LIVE && book.copies > wish.copies() && book.copiesUntil.isAfter(world.timeline.time());
        book.copies = isMoreWished ? book.copies : wish.copies();
        book.copiesUntil = isMoreWished ? book.copiesUntil : begun.time().plus(world.lease().lifetime());
        book.credit = book.state == State.LIVE ? Math.max(book.credit, (int) sound) : (int) sound;
        stored.holders().stream().filter(holder -> !world.node(holder).lied && keeps(world.node(holder), chunk.id())).forEach(book.keepers::add);
        book.state = State.LIVE;
        book.until = begun.time().plus(world.lease().lifetime()).minus(world.lease().step()).minusSeconds(60);
        book.promised = book.until;
        book.renewedUntil = book.until;
        book.gained = begun.gained();
    }

    private void leased(SimulatedNode node, ChunkId id, Begun begun) {
        Duration left = Duration.between(node.instant(), node.disk.chunks.held(List.of(id), node.instant()).get(0).expiresAt());
        Duration gone = Duration.between(begun.time(), world.timeline.time()).plus(faster(begun.time(), begun.gained()));
        if (left.plus(gone).plusMillis(AT_ONCE_MILLIS).compareTo(world.lease().lifetime().minus(world.lease().step())) < 0) {
            fail(name(id) + " was acknowledged on " + node + " with a lease of " + left);
        }
    }

    /** A deletion came to its end at the node that was asked for it. */
    void deleted(Chunk chunk) {
        count("deleted");
        Book book = book(chunk);
        book.deleted = world.timeline.millis();
        boolean isClear = world.isClosed() && !book.isConfused && !book.isAgeless && !isDrifting && !wasLiedTo && book.stored + AT_ONCE_MILLIS <= book.deleted;
        book.state = isClear ? State.DELETED : State.UNCLAIMED;
    }

    /** A deletion began, and nobody knows how far it came. */
    void deleting(Chunk chunk) {
        Book book = book(chunk);
        book.deleted = world.timeline.millis();
        book.keepers.clear();
        book.deletedAt = world.timeline.time();
        book.state = State.UNCLAIMED;
    }

    /** Invariant 2. */
    void retrieved(Chunk asked, Optional<Chunk> got) {
        count(got.isPresent() ? "retrieved" : "not found");
        if (got.isPresent() && !Arrays.equals(got.get().data(), asked.data())) {
            fail(name(asked.id()) + " was retrieved with other bytes");
        }
    }

    /** A retrieval or renewal at one node, so that the lease goes on there at least. */
    void renewed(Chunk chunk) {
        Book book = book(chunk);
        if (book.state == State.DELETED) {
            book.state = State.UNCLAIMED;  // somebody found it where the news had not come yet: the later wish wins
        }
        if (book.state == State.LIVE) {
            book.renewedUntil = world.timeline.time().plus(world.lease().lifetime()).minus(world.lease().step().multipliedBy(2));
        }
    }

    // What happened to disks

    /** All that the node has is about to be lost. */
    void losing(SimulatedNode node) {
        count("disks lost");
        node.lostDiskAt = world.timeline.millis();
        world.claims.losing(node);
        books.values().forEach(book -> book.keepers.remove(node.id));
        for (ChunkId id : books.keySet()) {
            losing(node, id);
            forgetting(node, books.get(id));
        }
    }

    /** The node's knowledge of a deletion is about to be lost. */
    private void forgetting(SimulatedNode node, Book book) {
        if (book.state == State.DELETED && world.members().stream().noneMatch(other -> other != node && knowsDeletion(other, book))) {
            book.state = State.UNCLAIMED;  // nobody is left who knows
        }
    }

    private boolean knowsDeletion(SimulatedNode node, Book book) {
        Instant since = node.instant().minus(Duration.between(book.deletedAt, world.timeline.time())).minusSeconds(60);
        return node.disk.tombstone(book.chunk.id(), node.instant())
                .filter(tombstone -> !tombstone.deletedAt(world.lease()).isBefore(since)).isPresent();
    }

    /** The node's copy of the chunk, if it has one, is about to be lost. */
    void losing(SimulatedNode node, ChunkId id) {
        Book book = books.get(id);
        if (book.state == State.LIVE) {
            book.credit = Math.max(book.credit, Math.min(book.copies, copiesSinceDeletion(book)));
            book.renewedUntil = book.until;
            if (keeps(node, id) && isSinceDeletion(book, node)) {
                lostCopy(node, book);
            }
        }
    }

    /** The node's copy is about to be damaged, and nobody will know before it is read. */
    void damaging(SimulatedNode node, ChunkId id) {
        if (world.claims.has(id)) {
            world.claims.damaging(node, id);
            return;
        }
        books.get(id).damaged = world.timeline.millis();
        losing(node, id);
    }

    /** What only that copy knew, a longer lease or more copies wanted, may be lost with it. */
    private void lostCopy(SimulatedNode node, Book book) {
        ChunkId id = book.chunk.id();
        Duration left = Duration.ZERO;
        int copies = 1;
        for (SimulatedNode other : world.members()) {
            if (other != node && keeps(other, id) && isSinceDeletion(book, other)) {
                Held row = other.disk.chunks.held(List.of(id), other.instant()).get(0);
                Duration there = Duration.between(other.instant(), row.expiresAt());
                left = left.compareTo(there) > 0 ? left : there;
                copies = Math.max(copies, row.copies());
            }
        }
        book.keepers.remove(node.id);
        Instant known = world.timeline.time().plus(left).minusSeconds(60);
        book.until = book.until.isBefore(known) ? book.until : known;
        book.renewedUntil = book.until;
        book.copies = Math.min(book.copies, copies);
        if (--book.credit <= 0) {
            world.timeline.tell(name(id) + " may be lost from now on");
            count("lost with its disks");
            book.state = State.UNCLAIMED;
        }
    }

    /** Invariant 7: a copy is let go of only where all that are wanted lie elsewhere. */
    void released(SimulatedNode node, ChunkId id) {
        count("released");
        if (world.claims.has(id)) {
            world.claims.released(node, id, "let go");
            return;
        }
        List<Held> row = node.disk.chunks.held(List.of(id), node.instant());
        if (!row.isEmpty()) {
            books.get(id).released = world.timeline.millis();
            if (!isOutdated()) {
                enoughElsewhere(node, row.get(0), "let go");
            }
            excuseLies(node, row.get(0));
        }
    }

    /** A drained node is switched off for good, since it said that it may be; what was deleted after it last looked is lost with it. */
    void switchedOff(SimulatedNode node) {
        count("drained");
        world.claims.switchedOff(node);
        books.values().stream().filter(book -> book.deleted + LOOK_MILLIS > world.timeline.millis())
                .forEach(book -> forgetting(node, book));
        for (Held held : node.disk.sound(node.instant())) {
            if (world.claims.has(held.id())) {
                continue;
            }
            if (!isOutdated()) {
                enoughElsewhere(node, held, "switched off");
            }
            excuseLies(node, held);
        }
    }

    /** Whether some disk was lost of which others may have been told a moment before. */
    private boolean isOutdated() {
        return world.nodes.stream().anyMatch(other -> other.lostDiskAt + AT_ONCE_MILLIS > world.timeline.millis());
    }

    /** Fewer copies than there were are enough where no more are wanted, or where a liar confirmed the others. */
    private void excuseLies(SimulatedNode node, Held held) {
        Book book = books.get(held.id());
        if (wasLiedTo) {  // a liar may be the only one who was told how many copies are wanted
            int wanted = world.members().stream().filter(other -> other != node && keeps(other, held.id()))
                    .mapToInt(other -> other.disk.chunks.held(List.of(held.id()), other.instant()).get(0).copies()).max().orElse(1);
            book.copies = Math.min(book.copies, wanted);
        }
        book.credit = Math.min(book.credit, copies(held.id()) - 1);
        if (book.credit <= 0) {
            book.state = State.UNCLAIMED;
        }
    }

    private void enoughElsewhere(SimulatedNode node, Held held, String what) {
        long liars = world.nodes.stream().filter(other -> other.isLying || other.lied).count();
        int takers = (int) world.members().stream().filter(other -> other.offersRoom() && other != node
                && other.joined + AT_ONCE_MILLIS < world.timeline.millis()).count();
        int others = copies(held.id()) - (keeps(node, held.id()) ? 1 : 0);
        Book book = books.get(held.id());
        boolean isExcused = book.damaged + AT_ONCE_MILLIS > world.timeline.millis() || book.state != State.LIVE && book.deleted >= 0;
        if (others < Math.min(held.copies(), takers) - liars && !isExcused) {
            fail(name(held.id()) + " was " + what + " on " + node + " while " + others + " of " + held.copies() + " copies lie elsewhere");
        }
    }

    /** Invariant 3. */
    void buried(SimulatedNode node, ChunkId id) {
        count("buried");
        Book book = books.get(id);
        if (book.state == State.LIVE) {
            if (book.keepers.contains(node.id)) {
                fail(name(id) + " was deleted on " + node + ", and was stored there since its deletion");
            }
        }
    }

    // What is to hold in the end

    /** What is not yet as it is to be once faults have ended; none in the end. */
    List<String> unsettled() {
        List<String> open = new ArrayList<>();
        for (SimulatedNode node : world.members()) {
            long needs = node.disk.heals.backlog(node.instant()).needs();
            boolean isRefused = !world.isClosed() && world.claims.hasEnds();  // what nobody else was told to let go of
            if (needs > 0 && !isRefused && books.values().stream().noneMatch(book -> book.isConfused)) {
                open.add("the heal queue of " + node + " has " + needs + " needs: " + node.disk.heals);
            }
            if (node.isDraining && !isRefused
                    && books.values().stream().noneMatch(book -> world.isClosed() ? book.isConfused : book.deleted >= 0)) {
                open.add(node + " is not drained yet");
            }
        }
        books.values().forEach(book -> unsettled(book, open));
        return open;
    }

    private void unsettled(Book book, List<String> open) {
        if (world.isClosed() ? book.isConfused : book.deleted >= 0) {
            return;  // a tombstone of an unknown age, or, in an open network, one that binds its own node only
        }
        ChunkId id = book.chunk.id();
        Map<SimulatedNode, Held> rows = new HashMap<>();
        for (SimulatedNode node : world.members()) {
            node.disk.chunks.held(List.of(id), node.instant()).stream().filter(held -> !node.disk.damaged.contains(id))
                    .forEach(held -> rows.put(node, held));
        }
        if (book.state == State.DELETED && !rows.isEmpty()) {
            open.add(name(id) + " was deleted and lies on " + names(rows.keySet()));
            return;
        }
        boolean isPromised = isPromised(book);
        Duration left = rows.entrySet().stream().map(row -> Duration.between(row.getKey().instant(), row.getValue().expiresAt()))
                .max(Duration::compareTo).orElse(Duration.ZERO);
        if (!isPromised && left.compareTo(SOON) < 0) {
            return;
        }
        int wanted = rows.values().stream().mapToInt(Held::copies).max().orElse(0);
        boolean isWished = book.copiesUntil.minus(faster(book)).isAfter(world.timeline.time().plus(SOON));
        if (isPromised && isWished && wanted < book.copies) {
            open.add(name(id) + " is wanted " + wanted + " times only, not " + book.copies);
            wanted = book.copies;
        }
        List<SimulatedNode> holders = world.placement().holders(id, wanted).stream().map(world::node).toList();
        if (isPromised && book.stores == 1 && book.until.equals(book.promised)) {
            Duration least = rows.entrySet().stream().filter(row -> holders.contains(row.getKey()))
                    .map(row -> Duration.between(row.getKey().instant(), row.getValue().expiresAt())).min(Duration::compareTo).orElse(Duration.ZERO);
            if (world.timeline.time().plus(least).plus(SOON).isBefore(book.until.minus(faster(book)))) {
                open.add(name(id) + " has a lease that ends in " + least + ", promised was " + book.until);
            }
        }
        List<SimulatedNode> lacking = holders.stream().filter(holder -> !rows.containsKey(holder)).toList();
        if (!lacking.isEmpty()) {
            open.add(name(id) + (isPromised ? ", promised" : "") + ", lies on " + names(rows.keySet()) + " and lacks on " + names(lacking));
        }
        List<SimulatedNode> strays = rows.keySet().stream().filter(node -> !holders.contains(node) && !node.isDraining).toList();
        if (!strays.isEmpty()) {
            open.add(name(id) + " lies on " + names(holders) + " and strays on " + names(strays));
        }
    }

    /** What users are to get in the end, wherever they ask: true for what is to be found, false for what is not. */
    Map<Chunk, Boolean> expected() {
        Map<Chunk, Boolean> expected = new HashMap<>();
        books.values().stream().filter(this::isPromised).forEach(book -> expected.put(book.chunk, true));
        books.values().stream().filter(book -> book.state == State.DELETED).forEach(book -> expected.put(book.chunk, false));
        return expected;
    }

    private boolean isPromised(Book book) {
        Instant now = world.timeline.time();
        Instant until = book.renewedUntil.isAfter(book.until) ? book.renewedUntil : book.until;
        return book.state == State.LIVE && until.minus(faster(book)).isAfter(now.plus(SOON));
    }

    /** By how much a lease may end sooner than promised, since clocks went faster than time. */
    private Duration faster(Book book) {
        return faster(book.until.minus(world.lease().lifetime()), book.gained);
    }

    /** By how much some clock may have gone further than time since then, when {@code before} was gained. */
    Duration faster(Instant since, Duration before) {
        long millis = Duration.between(since, world.timeline.time()).toMillis();
        return gained.minus(before).plusMillis((long) (millis * (fastest - 1)));
    }

    private int copiesSinceDeletion(Book book) {
        return (int) world.members().stream().filter(node -> keeps(node, book.chunk.id()) && isSinceDeletion(book, node)).count();
    }

    /** Whether the copy is no remainder of what was deleted, which is no copy of what was stored since: its lease began later. */
    private boolean isSinceDeletion(Book book, SimulatedNode node) {
        Duration left = Duration.between(node.instant(), node.disk.chunks.held(List.of(book.chunk.id()), node.instant()).get(0).expiresAt());
        Duration age = Duration.between(book.deletedAt, world.timeline.time());
        return book.deleted < 0 || left.compareTo(world.lease().lifetime().minus(age)) > 0;
    }

    private int copies(ChunkId id) {
        return (int) world.members().stream().filter(node -> keeps(node, id)).count();
    }

    private static boolean keeps(SimulatedNode node, ChunkId id) {
        return !node.isGone && node.disk.keeps(id, node.instant());
    }

    private boolean lostSince(List<NodeId> holders, long at) {
        return holders.stream().anyMatch(holder -> world.node(holder).lostDiskAt >= at);
    }

    private Book book(Chunk chunk) {
        return books.computeIfAbsent(chunk.id(), id -> new Book(chunk));
    }

    static String name(ChunkId id) {
        return "chunk " + id.toString().substring(0, 8);
    }

    private String names(Iterable<?> nodes) {
        Set<String> names = new TreeSet<>();
        nodes.forEach(node -> names.add(String.valueOf(node instanceof NodeId id ? world.node(id) : node)));
        return names.toString();
    }
}
