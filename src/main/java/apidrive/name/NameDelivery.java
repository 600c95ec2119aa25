package apidrive.name;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

import apidrive.job.Job;
import apidrive.repair.Network;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** Tells servers of names that they were owed when these were put, once they answer again. One step is one page. */
final class NameDelivery implements Job {
    private static final int PAGE = NameShelf.MOST / NameTable.VERSIONS;  // names, each of several records
    private static final Duration AGAIN = Duration.ofSeconds(30);  // for whoever is thought to answer and does not
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final Network network;
    private final NamePeers peers;
    private final NameInventory inventory;
    private final LongAdder delivered = new LongAdder();

    NameDelivery(Network network, NamePeers peers, NameInventory inventory) {
        this.network = network;
        this.peers = peers;
        this.inventory = inventory;
    }

    @Override
    public String name() {
        return "name-delivery";
    }

    @Override
    public String duty() {
        return "Tells servers that were away of the names that were put meanwhile";
    }

    /** Names told since the start. */
    long delivered() {
        return delivered.sum();
    }

    @Override
    public Duration step(Instant now) {
        List<NodeId> reachable = new ArrayList<>(network.reachable());
        reachable.add(network.self());
        List<NameInventory.Debt> debts = inventory.due(reachable, now, PAGE);
        if (debts.isEmpty()) {
            return IDLE;
        }
        Map<NodeId, List<ChunkId>> owed = new HashMap<>();
        debts.forEach(debt -> owed.computeIfAbsent(debt.node(), node -> new ArrayList<>()).add(debt.id()));
        Map<NodeId, CompletableFuture<List<Long>>> calls = Calls.toEach(owed.keySet(), node -> {
            List<NameRecord> records = inventory.all(owed.get(node));
            return records.isEmpty() ? CompletableFuture.completedFuture(List.of()) : peers.shelf(node).keep(records, Set.of());
        });
        Set<NodeId> told = Calls.heard(calls, heard -> false).keySet();
        owed.forEach((node, ids) -> {
            if (told.contains(node)) {
                inventory.told(node, ids);
                delivered.add(ids.size());
            } else {
                inventory.later(node, ids, now.plus(AGAIN));
            }
        });
        return debts.size() == PAGE ? Duration.ZERO : IDLE;
    }
}
