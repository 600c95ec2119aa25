package apidrive.peer;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Every node this one knows, itself among them, at less than 300 bytes of heap each. Threads may share it; each method
 * holds its lock briefly. Ages are counted by the clock of {@link Swim}, which stands still while this process does.
 */
public final class MemberTable {
    /** Most members in a page. */
    public static final int MAX_PAGE = 1_000;

    /**
     * {@code healDelay}: dead for longer, a member leaves the placement. {@code forgetAfter}: dead or left for longer,
     * it is forgotten, and as long again remembered as forgotten.
     */
    public MemberTable(Duration healDelay, Duration forgetAfter) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes back what was kept over a restart, before {@link Swim} is made: the packed announcement (verified once, it
     * is not again), the observed state and its age. Suspects come back alive: their accusers are forgotten.
     */
    public void restore(byte[] announcement, Observed observed, Duration since) {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells of every change worth keeping over a restart: (id, member), the member empty once nothing of it is to be
     * kept. Called with the table's lock held, so it only notes the id and returns.
     */
    public void onChange(BiConsumer<NodeId, Optional<Member>> listener) {
        throw new UnsupportedOperationException();
    }

    /** What is known of a node; empty when nothing, or when it was forgotten. */
    public Optional<Member> find(NodeId id) {
        throw new UnsupportedOperationException();
    }

    /** At most {@code limit} (up to {@link #MAX_PAGE}) members above {@code after}, ascending by id; none forgotten. */
    public List<Member> page(NodeId after, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Members listed, of any state but forgotten. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /** Members in this state. */
    public int count(Observed observed) {
        throw new UnsupportedOperationException();
    }

    /** Grows with every change that placement could notice: who is placed, and with which zone, weight or URL. */
    public long version() {
        throw new UnsupportedOperationException();
    }

    /** Grows with every change of any kind, vitals apart: the ETag of the list. */
    public long revision() {
        throw new UnsupportedOperationException();
    }

    /** Forgets a dead or left member by hand; false when it is unknown or neither. Other nodes follow in exchanges. */
    public boolean forget(NodeId id) {
        throw new UnsupportedOperationException();
    }
}
