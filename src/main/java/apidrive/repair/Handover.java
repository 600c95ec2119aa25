package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.chunk.Held;
import apidrive.chunk.Inventory;
import apidrive.chunk.Lease;
import apidrive.chunk.Summary;
import apidrive.job.Job;
import apidrive.placement.Placement;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * Looks after chunks that lie here and belong elsewhere: those for which this node stood in, those of parts that others got,
 * and, while it is draining, all. A holder that lacks one is owed it; when every holder said that it keeps it, with a lease as
 * long, this copy goes, last of all. A draining node lets nothing go: it is switched off when all is handed over, and, in a closed
 * network, its knowledge of deletions as well. One step is one page.
 */
public final class Handover implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofSeconds(10);  // while draining, or some are on their way
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final int PAGE = 512;

    /**
     * How far a draining node has come.
     *
     * @param left      chunks that some holder did not confirm when last asked
     * @param isDone    whether a whole look, begun while draining, found none left: it may be switched off
     */
    public record Drain(long left, boolean isDone) {
    }

    private final Network network;
    private final Peers peers;
    private final OwnChunks own;
    private final Inventory inventory;
    private final HealQueue queue;
    private final Lease lease;
    private final ClaimTelling claims;
    private Farewell farewell;
    private Placement looked;
    private List<IdPrefix> strays = List.of();
    private ChunkId after;
    private Instant due = Instant.MIN;
    private long unconfirmed;
    private boolean wasDraining;
    private volatile Drain drain = new Drain(0, false);

    public Handover(Network network, Peers peers, OwnChunks own, HealQueue queue, Lease lease) {
        this.network = network;
        this.peers = peers;
        this.own = own;
        this.inventory = own.inventory();
        this.queue = queue;
        this.lease = lease;
        this.claims = new ClaimTelling(own);
    }

    @Override
    public String name() {
        return "handover";
    }

    @Override
    public String duty() {
        return "Hands chunks that belong on other servers over to them, and lets go of them once all have theirs";
    }

    /** How far the drain has come; nothing left and not done while there is none. */
    public Drain drain() {
        return drain;
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
        List<Held> page = strays.isEmpty() ? List.of() : inventory.list(strays, after, PAGE, now);
        if (!page.isEmpty()) {
            after = page.get(page.size() - 1).id();
            look(page.stream().filter(this::isStray).toList(), now);
        }
        if (page.size() == PAGE) {
            return Duration.ZERO;
        }
        after = null;
        due = unconfirmed > 0 ? now.plus(SOON) : due;
        boolean isDone = isDraining && wasDraining && unconfirmed == 0 && looked == network.placement()
                && !looked.contains(network.self()) && (!network.isClosed() || farewell.say(looked, now));
        if (isDone && !drain.isDone()) {
            LOG.info("drained: every chunk is with the servers it belongs on; this one may be switched off");
        }
        drain = new Drain(isDraining ? unconfirmed : 0, isDone);
        return IDLE;
    }

    private void begin(Instant now, boolean isDraining) {
        looked = network.placement();
        farewell = wasDraining ? farewell : new Farewell(network, peers, own, lease);
        wasDraining = isDraining;
        due = now.plus(isDraining ? SOON : INTERVAL);
        unconfirmed = 0;
        after = ChunkId.LOWEST;
        Set<IdPrefix> parts = new TreeSet<>();
        for (Summary summary : inventory.summaries(List.of(IdPrefix.ALL), looked.bits(), now, now)) {
            int rank = looked.rank(summary.prefix(), network.self());
            if (rank < 0 || rank >= summary.copies()) {
                parts.add(summary.prefix());
            }
        }
        strays = List.copyOf(parts);
    }

    private boolean isStray(Held held) {
        int rank = looked.rank(looked.part(held.id()), network.self());
        return rank < 0 || rank >= held.copies();
    }

    private void look(List<Held> strays, Instant now) {
        Map<NodeId, List<Held>> asked = new HashMap<>();
        strays.forEach(held -> looked.holders(held.id(), held.copies())
                .forEach(holder -> asked.computeIfAbsent(holder, node -> new ArrayList<>()).add(held)));
        Map<ChunkId, Integer> confirmed = new HashMap<>();
        List<HealQueue.Need> needs = new ArrayList<>();
        asked.forEach((holder, chunks) -> confirmedBy(holder, chunks, now).ifPresentOrElse(
                there -> chunks.forEach(held -> {
                    if (there.contains(held.id())) {
                        confirmed.merge(held.id(), 1, Integer::sum);
                    } else {
                        needs.add(new HealQueue.Need(held.id(), holder, Set.of(network.self())));
                    }
                }), () -> LOG.debug("handover waits for server {}", holder)));
        if (!needs.isEmpty()) {
            queue.add(needs, now);
        }
        List<Held> released = new ArrayList<>();
        for (Held held : strays) {
            int holders = looked.holders(held.id(), held.copies()).size();
            boolean isSafe = holders > 0 && confirmed.getOrDefault(held.id(), 0) == holders
                    && holders >= Math.min(held.copies(), network.size());  // those that are away may have the others
            unconfirmed += isSafe ? 0 : 1;
            if (isSafe && holders == held.copies() && !network.isDraining()) {
                released.add(held);
            }
        }
        if (!released.isEmpty() && looked == network.placement()) {  // else this node may be a holder again by now
            own.release(released);  // but for those that a user stored meanwhile, who may count on this very copy
            LOG.debug("copies released count={}", released.size());
        }
    }

    /** Those the holder keeps, after it was told leases that are longer here and who claims them; empty when it cannot be asked. */
    private Optional<Set<ChunkId>> confirmedBy(NodeId holder, Collection<Held> chunks, Instant now) {
        if (!network.isReachable(holder)) {
            return Optional.empty();
        }
        try {
            Shelf shelf = peers.shelf(holder);
            Map<ChunkId, Leased> there = new HashMap<>();
            shelf.held(chunks.stream().map(Held::id).toList()).forEach(leased -> there.put(leased.id(), leased));
            List<Leased> both = chunks.stream()
                    .map(held -> Leased.of(held, now)).filter(mine -> there.containsKey(mine.id())).toList();
            List<Leased> longer = both.stream().filter(mine -> mine.isMore(there.get(mine.id()), Duration.ZERO)).toList();
            if (!longer.isEmpty()) {
                shelf.renew(longer);
            }
            claims.tell(shelf, both.stream().filter(mine -> mine.isClaimedOtherwise(there.get(mine.id()))).map(Leased::id).toList(), now);
            both.stream().filter(mine -> mine.claims().orElse(0) != 0 && there.get(mine.id()).claims().isEmpty())
                    .forEach(mine -> there.remove(mine.id()));  // it keeps the chunk and cannot know for whom
            return Optional.of(new HashSet<>(there.keySet()));
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }
}
