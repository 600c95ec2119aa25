package apidrive.name;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

import apidrive.job.Job;
import apidrive.placement.Placement;
import apidrive.repair.Network;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * Looks after names that lie here and belong elsewhere: those for which this node stood in, those of parts that others got, and, while
 * it is draining, all. Their holders are given them; when every one has taken them, these rows go. A draining node lets nothing go.
 * One step is one page.
 */
public final class NameHandover implements Job {
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Network network;
    private final Holders holders;
    private final NamePeers peers;
    private final NameTable table;
    private final NameInventory inventory;
    private Placement looked;
    private List<IdPrefix> strays = List.of();
    private NameMark after;
    private Instant due = Instant.MIN;
    private long unconfirmed;
    private boolean wasDraining;
    private final LongAdder released = new LongAdder();
    private volatile long records;
    private volatile Drain drain = new Drain(0, false);

    /**
     * How far a draining node has come.
     *
     * @param left   records that some holder did not take when last given
     * @param isDone whether a whole look, begun while draining, found none
     */
    public record Drain(long left, boolean isDone) {
    }

    NameHandover(Network network, Holders holders, NamePeers peers, NameTable table, NameInventory inventory) {
        this.network = network;
        this.holders = holders;
        this.peers = peers;
        this.table = table;
        this.inventory = inventory;
    }

    @Override
    public String name() {
        return "name-handover";
    }

    @Override
    public String duty() {
        return "Hands names that belong on other servers over to them, and lets go of them once all have theirs";
    }

    Drain drain() {
        return drain;
    }

    /** Records kept here, as of the last look. */
    long records() {
        return records;
    }

    /** Records let go of since the start. */
    long released() {
        return released.sum();
    }

    @Override
    public Duration step(Instant now) {
        boolean isDraining = network.isDraining();
        if (after == null) {
            boolean isChanged = looked != network.placement() || wasDraining != isDraining;
            if (!isChanged && now.isBefore(due) && !due.isAfter(now.plus(INTERVAL))) {
                return IDLE;
            }
            begin(now, isDraining);
        }
        List<NameMark> page = strays.isEmpty() ? List.of() : inventory.marks(strays, after, NameShelf.MOST);
        if (!page.isEmpty()) {
            after = page.get(page.size() - 1);
            give(page);
        }
        if (page.size() == NameShelf.MOST) {
            return Duration.ZERO;
        }
        after = null;
        due = unconfirmed > 0 ? now.plus(SOON) : due;
        drain = new Drain(isDraining ? unconfirmed : 0, isDraining && wasDraining && unconfirmed == 0 && looked == network.placement()
                && !looked.contains(network.self()));
        return IDLE;
    }

    private void begin(Instant now, boolean isDraining) {
        looked = network.placement();
        wasDraining = isDraining;
        due = now.plus(INTERVAL);
        unconfirmed = 0;
        after = NameMark.LOWEST;
        List<NamePart> parts = inventory.parts(looked.bits());
        records = parts.stream().mapToLong(NamePart::count).sum();
        strays = parts.stream().map(NamePart::part).filter(this::isStray).sorted().toList();
    }

    private boolean isStray(IdPrefix part) {
        int rank = looked.rank(part, network.self());
        return rank < 0 || rank >= holders.copies();
    }

    private void give(List<NameMark> page) {
        List<NameRecord> records = inventory.records(page);
        Map<NodeId, List<NameRecord>> parcels = new HashMap<>();
        records.forEach(record -> looked.holders(record.key().id(), holders.copies()).stream().filter(network::isReachable)
                .forEach(node -> parcels.computeIfAbsent(node, one -> new ArrayList<>()).add(record)));
        Map<NodeId, CompletableFuture<List<Long>>> calls =
                Calls.toEach(parcels.keySet(), node -> peers.shelf(node).keep(parcels.get(node), Set.of()));
        Set<NodeId> took = new HashSet<>(Calls.heard(calls, heard -> false).keySet());
        List<NameMark> gone = new ArrayList<>();
        for (NameRecord record : records) {
            List<NodeId> all = looked.holders(record.key().id(), holders.copies());
            boolean isSafe = !all.isEmpty() && took.containsAll(all) && all.size() >= Math.min(holders.copies(), network.size());
            unconfirmed += isSafe ? 0 : 1;
            if (isSafe) {
                gone.add(record.mark());
            }
        }
        if (!gone.isEmpty() && !network.isDraining() && looked == network.placement()) {  // else it may belong here by now
            table.release(gone);
            released.add(gone.size());
        }
    }
}
