package apidrive.peer;

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
    private static final Observed[] OBSERVED = Observed.values();
    private static final int OBSERVED_MASK = 3;
    private static final int PLACED = 4;
    private static final int LEFT = 8;
    private static final int HEARD = 16;
    private static final int TOLD = 32;

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
        int slot = columns.find(id);
        return slot == MemberColumns.NONE || observed(slot) == Observed.FORGOTTEN ? Optional.empty()
                : Optional.of(member(slot));
    }

    /** At most {@code limit} (up to {@link #MAX_PAGE}) members above {@code after}, ascending by id; none forgotten. */
    public synchronized List<Member> page(NodeId after, int limit) {
        List<Member> page = new ArrayList<>();
        int wanted = Math.min(limit, MAX_PAGE);
        NodeId from = after;
        for (int[] slots = columns.between(from, HIGHEST, wanted); slots.length > 0 && page.size() < wanted;
                slots = columns.between(from, HIGHEST, wanted - page.size())) {
            Arrays.stream(slots).filter(slot -> observed(slot) != Observed.FORGOTTEN)
                    .forEach(slot -> page.add(member(slot)));
            from = columns.id(slots[slots.length - 1]);
        }
        return page;
    }

    /** Members listed, of any state but forgotten. */
    public synchronized int size() {
        return counts[0] + counts[1] + counts[2];
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
        int slot = columns.find(id);
        if (slot == MemberColumns.NONE || observed(slot) == Observed.FORGOTTEN
                || observed(slot) != Observed.DEAD && !has(slot, LEFT)) {
            return false;
        }
        change(slot, Observed.FORGOTTEN, now);
        return true;
    }

    /** As {@link #forget}, because another node has: only of one that left the placement already. */
    synchronized void forgetToo(NodeId id) {
        int slot = columns.find(id);
        if (slot != MemberColumns.NONE && !has(slot, PLACED)) {
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
            int slot = columns.find(announcement.id());
            columns.heard(slot, now);
            columns.flags(slot, columns.flags(slot) | HEARD);
        }
        return kept;
    }

    /** As {@link #announced}, in a state that somebody else observed {@code since}. */
    synchronized boolean put(Announcement announcement, Observed observed, Duration since) {
        int slot = columns.find(announcement.id());
        boolean isNew = slot == MemberColumns.NONE;
        if (isNew ? columns.size() == MAX_MEMBERS : announcement.sequence() <= sequence(slot)) {
            return false;
        }
        boolean wasPlaced = !isNew && has(slot, PLACED);
        Profile profile = announcement.profile();
        boolean leaves = profile.declared() == Declared.LEFT;
        Observed state = leaves && observed != Observed.FORGOTTEN ? Observed.ALIVE : observed;
        boolean sameProfile = !isNew && member(slot).profile().equals(profile);
        int stays = isNew || state != observed(slot) || leaves != has(slot, LEFT)
                ? now - tenths(since) : columns.since(slot);
        if (isNew) {
            slot = columns.add(announcement.id());
        } else {
            uncount(slot);
        }
        columns.packed(slot, announcement.packed());
        columns.flags(slot, columns.flags(slot) & (HEARD | TOLD) | state.ordinal() | (leaves ? LEFT : 0));
        columns.since(slot, stays);
        count(slot);
        place(slot, profile, wasPlaced && !sameProfile, wasPlaced);
        return true;
    }

    /** Changes what is observed of a member that is known. */
    synchronized void observe(NodeId id, Observed observed) {
        int slot = columns.find(id);
        if (observed(slot) != observed) {
            change(slot, observed, now);
        }
    }

    /** The node answered this one itself. */
    synchronized void told(NodeId id, Vitals vitals) {
        int slot = columns.find(id);
        if (slot != MemberColumns.NONE) {
            columns.heard(slot, now);
            columns.vitals(slot, vitals);
            columns.flags(slot, columns.flags(slot) | HEARD | TOLD);
        }
    }

    /** The newest sequence kept of a node, forgotten or not; -1 when it is unknown. */
    synchronized long sequence(NodeId id) {
        int slot = columns.find(id);
        return slot == MemberColumns.NONE ? -1 : sequence(slot);
    }

    /** The newest announcement kept of a node, forgotten or not. */
    synchronized Optional<Announcement> announcement(NodeId id) {
        int slot = columns.find(id);
        return slot == MemberColumns.NONE ? Optional.empty() : Optional.of(announcement(slot));
    }

    /** What is observed of a node; FORGOTTEN also when it is unknown. */
    synchronized Observed observed(NodeId id) {
        int slot = columns.find(id);
        return slot == MemberColumns.NONE ? Observed.FORGOTTEN : observed(slot);
    }

    /** Whether a node is worth a call: {@link Member#reachable()}. */
    synchronized boolean reachable(NodeId id) {
        int slot = columns.find(id);
        return slot != MemberColumns.NONE && reachable(slot);
    }

    /** Members worth a call, this node included. */
    synchronized int reachable() {
        return counts[Observed.ALIVE.ordinal()] + counts[Observed.SUSPECT.ordinal()] - left;
    }

    /** Slots to draw from: {@link #reachableAt} below this number tells of each member once. */
    synchronized int slots() {
        return columns.slots();
    }

    /** The member in this slot if it is worth a call. */
    synchronized Optional<NodeId> reachableAt(int slot) {
        return slot < columns.slots() && reachable(slot) ? Optional.of(columns.id(slot)) : Optional.empty();
    }

    /** The member in this slot if it is dead. */
    synchronized Optional<NodeId> deadAt(int slot) {
        return slot < columns.slots() && columns.isTaken(slot) && observed(slot) == Observed.DEAD
                ? Optional.of(columns.id(slot)) : Optional.empty();
    }

    /** The digests of the 256 ranges of ids, a copy. */
    synchronized long[] digests() {
        return digests.all();
    }

    /** At most {@code limit} members above {@code after} and not above {@code last}, ascending, the forgotten too. */
    synchronized List<Entry> entries(NodeId after, NodeId last, int limit) {
        return Arrays.stream(columns.between(after, last, limit)).mapToObj(slot -> new Entry(announcement(slot),
                observed(slot), age(columns.since(slot)))).toList();
    }

    /** What an exchange tells of a member. */
    synchronized Optional<Entry> entry(NodeId id) {
        int slot = columns.find(id);
        return slot == MemberColumns.NONE ? Optional.empty()
                : Optional.of(new Entry(announcement(slot), observed(slot), age(columns.since(slot))));
    }

    /** Takes out of placement, forgets and drops those whose time has come. */
    synchronized void sweep() {
        if (count(Observed.DEAD) + count(Observed.FORGOTTEN) + left == 0) {
            return;
        }
        for (int slot = 0; slot < columns.slots(); slot++) {
            if (columns.isTaken(slot) && (observed(slot).compareTo(Observed.DEAD) >= 0 || has(slot, LEFT))) {
                int age = now - columns.since(slot);
                if (age > forgetAfter && observed(slot) == Observed.FORGOTTEN) {
                    drop(slot);
                } else if (age > forgetAfter) {
                    change(slot, Observed.FORGOTTEN, now);
                } else if (age > healDelay && has(slot, PLACED)) {
                    place(slot, announcement(slot).profile(), false, true);
                }
            }
        }
    }

    private void change(int slot, Observed observed, int since) {
        boolean wasPlaced = has(slot, PLACED);
        uncount(slot);
        columns.flags(slot, columns.flags(slot) & ~OBSERVED_MASK | observed.ordinal());
        columns.since(slot, since);
        count(slot);
        place(slot, announcement(slot).profile(), false, wasPlaced);
    }

    /** Decides anew whether the member is placed, and tells of the change that led here. */
    private void place(int slot, Profile profile, boolean otherwise, boolean wasPlaced) {
        boolean placed = switch (observed(slot)) {
            case ALIVE, SUSPECT -> profile.offersRoom();
            case DEAD -> profile.offersRoom() && now - columns.since(slot) <= healDelay;
            case FORGOTTEN -> false;
        };
        columns.flags(slot, columns.flags(slot) & ~PLACED | (placed ? PLACED : 0));
        if (placed != wasPlaced || placed && otherwise) {
            version++;
        }
        revision++;
        listener.accept(columns.id(slot), () -> Optional.of(member(slot)));
    }

    private void drop(int slot) {
        uncount(slot);
        NodeId id = columns.id(slot);
        columns.remove(slot);
        listener.accept(id, Optional::empty);
    }

    private void count(int slot) {
        tally(slot, 1);
    }

    private void uncount(int slot) {
        tally(slot, -1);
    }

    private void tally(int slot, int by) {
        counts[observed(slot).ordinal()] += by;
        if (has(slot, LEFT) && observed(slot) != Observed.FORGOTTEN) {
            left += by;
        }
        digests.toggle(columns.id(slot), sequence(slot), observed(slot));
    }

    private Member member(int slot) {
        return new Member(announcement(slot), observed(slot), age(columns.since(slot)),
                has(slot, HEARD) ? Optional.of(age(columns.heard(slot))) : Optional.empty(),
                has(slot, TOLD) ? Optional.of(columns.vitals(slot)) : Optional.empty(), has(slot, PLACED));
    }

    private Announcement announcement(int slot) {
        return Announcement.known(columns.packed(slot), columns.id(slot));
    }

    private long sequence(int slot) {
        return Announcement.sequenceOf(columns.packed(slot));
    }

    private Observed observed(int slot) {
        return OBSERVED[columns.flags(slot) & OBSERVED_MASK];
    }

    private boolean reachable(int slot) {
        return columns.isTaken(slot) && observed(slot).compareTo(Observed.SUSPECT) <= 0 && !has(slot, LEFT);
    }

    private boolean has(int slot, int flag) {
        return (columns.flags(slot) & flag) != 0;
    }

    private Duration age(int then) {
        return Duration.ofNanos(Math.max(0, now - then) * TENTH);
    }

    private static int tenths(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE / 2, duration.toMillis() / 100);
    }
}
