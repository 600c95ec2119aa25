package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import apidrive.chunk.Held;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Knows which objects users were promised, and looks for the claims of their holders on all disks at once. A chunk may be lost that
 * somebody claims only where what befell disks took its last copy with that claim; and that a holder has ended may be forgotten only
 * with the last disk that knows it. It tells the {@link Oracle} what is wrong.
 */
final class ClaimOracle {
    private static final Duration SOON = Duration.ofHours(2);
    private static final long AT_ONCE_MILLIS = 300_000;

    /** Of an object whose state is open nothing is promised: it was not stored whole, its end is not known to all, or it may be lost. */
    private enum State { BEGUN, KEPT, ENDED, OPEN }

    private static final class Book {
        private final UUID holder;
        private final List<Chunk> chunks;
        private final Oracle.Begun begun;
        private State state = State.BEGUN;

        private Book(UUID holder, List<Chunk> chunks, Oracle.Begun begun) {
            this.holder = holder;
            this.chunks = chunks;
            this.begun = begun;
        }

        private boolean has(ChunkId id) {
            return chunks.stream().anyMatch(chunk -> chunk.id().equals(id));
        }
    }

    private final World world;
    private final Map<UUID, Book> books = new LinkedHashMap<>();
    private boolean hasEnds;
    private boolean wasLiedTo;
    private long hurtAt = -AT_ONCE_MILLIS;

    ClaimOracle(World world) {
        this.world = world;
    }

    /** Whether objects have the chunk, so that nobody stores it but for one of them. */
    boolean has(ChunkId id) {
        return books.values().stream().anyMatch(book -> book.has(id));
    }

    /** Whether any holder ended. */
    boolean hasEnds() {
        return hasEnds;
    }

    // What users did

    void storing(UUID holder, List<Chunk> chunks) {
        books.put(holder, new Book(holder, chunks, world.oracle.begun()));
    }

    /** Invariant 1: what is acknowledged lies on as many disks as is said, for this holder. */
    void acknowledged(UUID holder, Chunk chunk, Stored stored) {
        Book book = books.get(holder);
        long sound = world.members().stream().filter(node -> claims(node, book, chunk.id())).count();
        boolean isExcused = book.state != State.BEGUN || wasLiedTo || hurtAt >= book.begun.at();
        if (!isExcused && sound < stored.holders().size()) {
            fail(book, chunk.id(), "was acknowledged on " + names(stored.holders()) + " and is claimed on " + sound);
        }
    }

    /** All of its chunks are acknowledged. */
    void kept(UUID holder) {
        Book book = books.get(holder);
        if (book.state == State.BEGUN) {
            book.state = book.chunks.stream().allMatch(chunk -> isClaimedBeside(null, book, chunk.id())) ? State.KEPT : State.OPEN;
            if (book.state == State.KEPT) {
                world.oracle.count("objects kept");
            } else if (!wasLiedTo && hurtAt < book.begun.at()) {
                fail(book, book.chunks.get(0).id(), "was kept, and some chunk is claimed nowhere");
            }
        }
    }

    /** Its end begins, and nobody knows how far it comes. */
    void ending(UUID holder) {
        books.get(holder).state = State.OPEN;
        hasEnds = true;
    }

    /** Its end came to its end at the node that was asked for it. */
    void ended(UUID holder) {
        if (world.isClosed() && !wasLiedTo && !world.oracle.isDrifting()) {
            world.oracle.count("objects ended");
            books.get(holder).state = State.ENDED;
        }
    }

    // What happened to disks and clocks

    /** How long ago a holder ended is told by clocks. */
    void clockAdjusted() {
        open(book -> book.state == State.ENDED);
    }

    /** A node lies: it says that it keeps what it has not, and does not tell who has ended. */
    void nodeLies() {
        wasLiedTo = true;
        open(book -> book.state == State.ENDED);
    }

    /** All that the node has is about to be lost. */
    void losing(SimulatedNode node) {
        hurtAt = world.timeline.millis();
        open(book -> book.state == State.KEPT && book.chunks.stream().anyMatch(chunk -> !isClaimedBeside(node, book, chunk.id())));
        open(book -> book.state == State.ENDED
                && world.members().stream().noneMatch(other -> other != node && other.disk.knowsEnd(book.holder)));
    }

    /** The node's copy of the chunk is about to be damaged. */
    void damaging(SimulatedNode node, ChunkId id) {
        hurtAt = world.timeline.millis();
        open(book -> book.state == State.KEPT && book.has(id) && !isClaimedBeside(node, book, id));
    }

    /** The node is about to let go of its copy, or to be switched off, as it said it might: all that is claimed there is so elsewhere. */
    void released(SimulatedNode node, ChunkId id, String what) {
        boolean isExcused = wasLiedTo || hurtAt + AT_ONCE_MILLIS > world.timeline.millis();
        for (Book book : books.values()) {
            if (book.state == State.KEPT && book.has(id) && claims(node, book, id) && !isClaimedBeside(node, book, id)) {
                if (!isExcused && isPromised(book)) {
                    fail(book, id, "was " + what + " on " + node + " while nobody else claims it");
                }
                book.state = State.OPEN;
            }
        }
    }

    /** As {@link #losing}, of a node that is drained. */
    void switchedOff(SimulatedNode node) {
        books.values().stream().flatMap(book -> book.chunks.stream()).map(Chunk::id).distinct().toList()
                .forEach(id -> released(node, id, "switched off"));
        open(book -> book.state == State.ENDED
                && world.members().stream().noneMatch(other -> other != node && other.disk.knowsEnd(book.holder)));
    }

    // What is so in the end

    /** What is not as it should be once faults have ended; none in the end. */
    List<String> unsettled() {
        List<String> open = new ArrayList<>();
        for (Book book : books.values()) {
            for (Chunk chunk : book.chunks) {
                if (isPromised(book)) {
                    lacking(book, chunk.id(), open);
                }
                Set<String> claiming = names(node -> claims(node, book, chunk.id()));
                if (book.state == State.ENDED && !claiming.isEmpty()) {
                    open.add(name(book, chunk.id()) + " has ended and is claimed on " + claiming);
                }
            }
        }
        expected().forEach((chunk, isKept) -> {
            Set<String> keeping = names(node -> node.disk.keeps(chunk.id(), node.instant()));
            if (!isKept && !keeping.isEmpty()) {
                open.add(Oracle.name(chunk.id()) + ", which nobody claims, lies on " + keeping);
            }
        });
        return open;
    }

    private void lacking(Book book, ChunkId id, List<String> open) {
        List<SimulatedNode> keeping = world.members().stream().filter(node -> node.disk.keeps(id, node.instant())).toList();
        int wanted = keeping.stream().flatMap(node -> node.disk.chunks.held(List.of(id), node.instant()).stream()).mapToInt(Held::copies)
                .max().orElse(world.copies());
        List<NodeId> holders = world.placement().holders(id, wanted);
        Set<String> lacking = names(node -> holders.contains(node.id) && !keeping.contains(node));
        if (!lacking.isEmpty()) {
            open.add(name(book, id) + ", promised, lacks on " + lacking);
        }
        Set<String> strays = names(node -> keeping.contains(node) && !holders.contains(node.id) && !node.isDraining);
        if (!strays.isEmpty()) {
            open.add(name(book, id) + " strays on " + strays);
        }
    }

    /** What users are to get in the end: true for what some object has that was promised, false for what only objects had that ended. */
    Map<Chunk, Boolean> expected() {
        Map<Chunk, List<Book>> having = new LinkedHashMap<>();
        books.values().forEach(book -> book.chunks.forEach(chunk -> having.computeIfAbsent(chunk, one -> new ArrayList<>()).add(book)));
        Map<Chunk, Boolean> expected = new HashMap<>();
        having.forEach((chunk, some) -> {
            if (some.stream().anyMatch(this::isPromised)) {
                expected.put(chunk, true);
            } else if (some.stream().allMatch(book -> book.state == State.ENDED) && !isClaimedByStranger(chunk.id())) {
                expected.put(chunk, false);
            }
        });
        return expected;
    }

    /** Whether a name of a holder was garbled on its way: nobody ends him, and his claim goes on until it runs out. */
    private boolean isClaimedByStranger(ChunkId id) {
        return world.members().stream().flatMap(node -> node.disk.holders(id, node.instant()).stream())
                .anyMatch(holder -> !books.containsKey(holder));
    }

    private boolean isPromised(Book book) {
        Instant until = book.begun.time().plus(world.lease().lifetime()).minus(world.lease().step()).minusSeconds(60);
        return book.state == State.KEPT
                && until.minus(world.oracle.faster(book.begun.time(), book.begun.gained())).isAfter(world.timeline.time().plus(SOON));
    }

    /** Whether some member but {@code node} has a sound copy that this holder claims; null for all of them. */
    private boolean isClaimedBeside(SimulatedNode node, Book book, ChunkId id) {
        return world.members().stream().anyMatch(other -> other != node && claims(other, book, id));
    }

    private static boolean claims(SimulatedNode node, Book book, ChunkId id) {
        return node.disk.holders(id, node.instant()).contains(book.holder);
    }

    private void open(Predicate<Book> which) {
        books.values().stream().filter(which).forEach(book -> book.state = State.OPEN);
    }

    private void fail(Book book, ChunkId id, String what) {
        world.oracle.fail(name(book, id) + " " + what);
    }

    private static String name(Book book, ChunkId id) {
        return Oracle.name(id) + " of object " + book.holder.toString().substring(0, 8);
    }

    private Set<String> names(Predicate<SimulatedNode> which) {
        return names(world.members().stream().filter(which));
    }

    private Set<String> names(List<NodeId> ids) {
        return names(ids.stream().map(world::node));
    }

    private static Set<String> names(Stream<SimulatedNode> nodes) {
        return nodes.map(SimulatedNode::toString).collect(Collectors.toCollection(TreeSet::new));
    }
}
