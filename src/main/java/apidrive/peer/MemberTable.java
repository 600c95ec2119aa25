package apidrive.peer;

import static apidrive.peer.IdIndex.NONE;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Every node this one knows, itself among them, at less than 300 bytes of heap each. Threads may share it; each method
 * holds its lock briefly. Ages are counted by the clock of {@link Swim}, which stands still while this process does.
 */
public final class MemberTable {
    /** Most members in a page. */
    public static final int MAX_PAGE = 1_000;
    /** Most members kept: whoever floods an open network with identities fills no more heap than this. */
    public static final int MAX_MEMBERS = 2_000_000;
    private static final NodeId HIGHEST = new NodeId(new UUID(-1, -1));
    private static final long TENTH = 100_000_000;  // nanoseconds: what ages are counted in

    private final IdIndex index = new IdIndex();
    private final MemberColumns columns = new MemberColumns();
    private final Digests digests = new Digests();
    private final int[] counts = new int[Observed.values().length];
    private final int healDelay;
    private final int forgetAfter;
    private BiConsumer<NodeId, Supplier<Optional<Member>>> listener = (id, member) -> { };
    private int now;
    private int left;
    private long version;
    private long revision;

    /**
     * {@code healDelay}: dead for longer, a member leaves the placement. {@code forgetAfter}: dead or left for longer,
     * it is forgotten, and as long again remembered as forgotten.
     */
    public MemberTable(Duration healDelay, Duration forgetAfter) {
        this.healDelay = tenths(healDelay);
        this.forgetAfter = tenths(forgetAfter);
    }

    /**
     * Takes back what was kept over a restart, before {@link Swim} is made: the packed announcement (verified once, it
     * is not again), the observed state and its age. Suspects come back alive: their accusers are forgotten.
     */
    public synchronized void restore(byte[] announcement, Observed observed, Duration since) {
        put(Announcement.of(announcement), observed == Observed.SUSPECT ? Observed.ALIVE : observed, since);
    }

    /**
     * Tells of every change worth keeping over a restart: (id, member), the member empty once nothing of it is to be
     * kept. Called with the table's lock held, so it only notes the id and returns.
     */
    public synchronized void onChange(BiConsumer<NodeId, Optional<Member>> listener) {
        this.listener = (id, member) -> listener.accept(id, member.get());
    }

    /** What is known of a node; empty when nothing, or when it was forgotten. */
    public synchronized Optional<Member> find(NodeId id) {
        int slot = index.find(id);
        return slot == NONE || columns.observed(slot) == Observed.FORGOTTEN ? Optional.empty()
                : Optional.of(member(slot));
    }

    /** At most {@code limit} (up to {@link #MAX_PAGE}) members above {@code after}, ascending by id; none forgotten. */
    public synchronized List<Member> page(NodeId after, int limit) {
        List<Member> page = new ArrayList<>();
        int wanted = Math.min(limit, MAX_PAGE);
        int[] slots = index.between(after, HIGHEST, wanted);
        while (slots.length > 0) {
            Arrays.stream(slots).filter(slot -> columns.observed(slot) != Observed.FORGOTTEN)
                    .forEach(slot -> page.add(member(slot)));
            slots = index.between(index.id(slots[slots.length - 1]), HIGHEST, wanted - page.size());
        }
        return page;
    }

    /** Members listed, of any state but forgotten. */
    public synchronized int size() {
        return index.size() - count(Observed.FORGOTTEN);
    }

    /** Members in this state. */
    public synchronized int count(Observed observed) {
        return counts[observed.ordinal()];
    }

    /** Grows with every change that placement could notice: who is placed, and with which profile. */
    public synchronized long version() {
        return version;
    }

    /** Grows with every change of any kind, vitals apart: the ETag of the list. */
    public synchronized long revision() {
        return revision;
    }

    /** Forgets a dead or left member by hand; false when it is unknown or neither. Other nodes follow in exchanges. */
    public synchronized boolean forget(NodeId id) {
        int slot = index.find(id);
        if (slot == NONE || columns.observed(slot) != Observed.DEAD
                && !(columns.isLeft(slot) && columns.observed(slot) != Observed.FORGOTTEN)) {
            return false;
        }
        change(slot, Observed.FORGOTTEN);
        return true;
    }

    /** As {@link #forget}, because another node has: only of one that left the placement already. */
    synchronized void forgetToo(NodeId id) {
        int slot = index.find(id);
        if (slot != NONE && !columns.isPlaced(slot)) {
            forget(id);
        }
    }

    /** Sets the time that ages are counted to. */
    synchronized void advance(long nanos) {
        now = (int) (nanos / TENTH);
    }

    /** Keeps a new or newer announcement, whose node is alive then; false when it is not newer or there is no room. */
    synchronized boolean announced(Announcement announcement) {
        boolean kept = put(announcement, Observed.ALIVE, Duration.ZERO);
        if (kept) {
            columns.heard(index.find(announcement.id()), now);
        }
        return kept;
    }

    /** As {@link #announced}, in a state that somebody observed {@code since}. Who left is neither dead nor suspect. */
    synchronized boolean put(Announcement announcement, Observed observed, Duration since) {
        int slot = index.find(announcement.id());
        boolean isNew = slot == NONE;
        if (isNew ? index.size() == MAX_MEMBERS : announcement.sequence() <= columns.sequence(slot)) {
            return false;
        }
        Profile profile = announcement.profile();
        boolean leaves = profile.declared() == Declared.LEFT;
        Observed state = leaves && observed != Observed.FORGOTTEN ? Observed.ALIVE : observed;
        boolean samePlace = !isNew && announcement(slot).profile().equals(profile);
        boolean sameState = !isNew && columns.observed(slot) == state && columns.isLeft(slot) == leaves;
        if (isNew) {
            slot = index.add(announcement.id());
            columns.grow(index.capacity());
        } else {
            tally(slot, -1);
        }
        columns.announcement(slot, announcement);
        columns.observed(slot, state);
        if (!sameState) {
            columns.since(slot, now - tenths(since));
        }
        tally(slot, 1);
        changed(slot, profile, samePlace);
        return true;
    }

    /** Changes what is observed of a member that is known. */
    synchronized void observe(NodeId id, Observed observed) {
        change(index.find(id), observed);
    }

    /** The node answered this one itself. */
    synchronized void told(NodeId id, Vitals vitals) {
        int slot = index.find(id);
        if (slot != NONE) {
            columns.heard(slot, now);
            columns.vitals(slot, vitals);
        }
    }

    /** The newest sequence kept of a node, forgotten or not; -1 when it is unknown. */
    synchronized long sequence(NodeId id) {
        int slot = index.find(id);
        return slot == NONE ? -1 : columns.sequence(slot);
    }

    /** What is observed of a node; FORGOTTEN also when it is unknown. */
    synchronized Observed observed(NodeId id) {
        int slot = index.find(id);
        return slot == NONE ? Observed.FORGOTTEN : columns.observed(slot);
    }

    /** Whether a node is worth a call: {@link Member#reachable()}. */
    synchronized boolean reachable(NodeId id) {
        int slot = index.find(id);
        return slot != NONE && columns.isReachable(slot);
    }

    /** Members worth a call, this node included. */
    synchronized int reachable() {
        return count(Observed.ALIVE) + count(Observed.SUSPECT) - left;
    }

    /** Slots to draw from: {@link #reachableAt} and {@link #deadAt} below this number tell of each member once. */
    synchronized int slots() {
        return index.slots();
    }

    /** The member in this slot if it is worth a call. */
    synchronized Optional<NodeId> reachableAt(int slot) {
        return slot < index.slots() && columns.isReachable(slot) ? Optional.of(index.id(slot)) : Optional.empty();
    }

    /** The member in this slot if it is dead. */
    synchronized Optional<NodeId> deadAt(int slot) {
        return slot < index.slots() && columns.isTaken(slot) && columns.observed(slot) == Observed.DEAD
                ? Optional.of(index.id(slot)) : Optional.empty();
    }

    /** What an exchange tells of a node, forgotten or not; empty when it is unknown. */
    synchronized Optional<Entry> entry(NodeId id) {
        int slot = index.find(id);
        return slot == NONE ? Optional.empty() : Optional.of(entry(slot));
    }

    /** At most {@code limit} entries above {@code after} and not above {@code last}, ascending, the forgotten too. */
    synchronized List<Entry> entries(NodeId after, NodeId last, int limit) {
        return Arrays.stream(index.between(after, last, limit)).mapToObj(this::entry).toList();
    }

    /** The digests of the 256 ranges of ids, a copy. */
    synchronized long[] digests() {
        return digests.all();
    }

    /** Takes out of placement, forgets and drops those whose time has come. */
    synchronized void sweep() {
        if (count(Observed.DEAD) + count(Observed.FORGOTTEN) + left == 0) {
            return;
        }
        for (int slot = 0; slot < index.slots(); slot++) {
            if (columns.isTaken(slot) && !columns.isReachable(slot)) {
                sweep(slot, now - columns.since(slot));
            }
        }
    }

    private void sweep(int slot, int age) {
        if (age > forgetAfter && columns.observed(slot) == Observed.FORGOTTEN) {
            tally(slot, -1);
            listener.accept(index.id(slot), Optional::empty);
            columns.clear(slot);
            index.remove(slot);
        } else if (age > forgetAfter) {
            change(slot, Observed.FORGOTTEN);
        } else if (age > healDelay && columns.isPlaced(slot)) {
            changed(slot, announcement(slot).profile(), true);
        }
    }

    private void change(int slot, Observed observed) {
        tally(slot, -1);
        columns.observed(slot, observed);
        columns.since(slot, now);
        tally(slot, 1);
        changed(slot, announcement(slot).profile(), true);
    }

    /** Decides anew whether a member is placed, and tells of the change that led here. */
    private void changed(int slot, Profile profile, boolean samePlace) {
        boolean placed = profile.offersRoom() && switch (columns.observed(slot)) {
            case ALIVE, SUSPECT -> true;
            case DEAD -> now - columns.since(slot) <= healDelay;
            case FORGOTTEN -> false;
        };
        if (placed != columns.isPlaced(slot) || placed && !samePlace) {
            version++;
        }
        columns.placed(slot, placed);
        revision++;
        listener.accept(index.id(slot), () -> Optional.of(member(slot)));
    }

    /** Adds the member to the sums, or takes it away. */
    private void tally(int slot, int by) {
        Observed observed = columns.observed(slot);
        counts[observed.ordinal()] += by;
        left += columns.isLeft(slot) && observed != Observed.FORGOTTEN ? by : 0;
        digests.toggle(index.id(slot), columns.sequence(slot), observed);
    }

    private Member member(int slot) {
        return new Member(announcement(slot), columns.observed(slot), age(columns.since(slot)),
                columns.isHeard(slot) ? Optional.of(age(columns.heard(slot))) : Optional.empty(),
                columns.isTold(slot) ? Optional.of(columns.vitals(slot)) : Optional.empty(), columns.isPlaced(slot));
    }

    private Entry entry(int slot) {
        return new Entry(announcement(slot), columns.observed(slot), age(columns.since(slot)));
    }

    private Announcement announcement(int slot) {
        return Announcement.known(columns.packed(slot), index.id(slot));
    }

    private Duration age(int then) {
        return Duration.ofNanos(Math.max(0, now - then) * TENTH);
    }

    private static int tenths(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE / 2, duration.toMillis() / 100);
    }
}
