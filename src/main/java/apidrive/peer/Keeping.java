package apidrive.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import apidrive.job.Job;
import apidrive.wire.NodeId;

/** Writes what changed in the list, and takes over what other WARs on this database wrote of this node. */
final class Keeping implements Job {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int SAVED_AT_ONCE = 500;

    private final String network;
    private final PeerStore store;
    private final MemberTable table;
    private final LongSupplier sequence;
    private final Runnable refresh;
    private final Set<NodeId> unsaved = ConcurrentHashMap.newKeySet();
    private long savedSequence;

    /**
     * Listens for changes of the table.
     *
     * @param sequence      the highest of this node's announcements
     * @param savedSequence the highest that is written
     * @param refresh       measures how the node fares and reads what it was told to be
     */
    Keeping(String network, PeerStore store, MemberTable table, LongSupplier sequence, long savedSequence, Runnable refresh) {
        this.network = network;
        this.store = store;
        this.table = table;
        this.sequence = sequence;
        this.savedSequence = savedSequence;
        this.refresh = refresh;
        table.onChange((id, member) -> unsaved.add(id));
    }

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String duty() {
        return "Writes what changed in the list of servers, and takes over what this node was told to be";
    }

    @Override
    public Duration step(Instant now) {
        refresh.run();
        long newest = sequence.getAsLong();
        if (newest > savedSequence) {
            store.announced(newest);
            savedSequence = newest;
        }
        return save() ? Duration.ZERO : INTERVAL;
    }

    /** At most one batch; true when more is at hand. What could not be written is tried again. */
    private boolean save() {
        TreeSet<NodeId> batch = new TreeSet<>();
        unsaved.stream().limit(SAVED_AT_ONCE).forEach(batch::add);
        if (batch.isEmpty()) {
            return false;
        }
        unsaved.removeAll(batch);
        try {
            List<Member> members = new ArrayList<>();
            List<NodeId> gone = new ArrayList<>();
            for (NodeId id : batch) {
                table.find(id).ifPresentOrElse(members::add, () -> gone.add(id));
            }
            store.save(network, members, gone);
        } catch (RuntimeException failure) {
            unsaved.addAll(batch);
            throw failure;
        }
        return !unsaved.isEmpty();
    }
}
