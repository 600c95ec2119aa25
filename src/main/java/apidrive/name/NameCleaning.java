package apidrive.name;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import apidrive.job.Job;
import apidrive.repair.Network;
import apidrive.wire.NodeId;

/** Forgets deletions that are long past, and what is owed to servers that keep no names any more: should one return, it compares all. */
final class NameCleaning implements Job {
    private static final int BATCH = 1_000;  // rows a transaction
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final Network network;
    private final NameInventory inventory;

    NameCleaning(Network network, NameInventory inventory) {
        this.network = network;
        this.inventory = inventory;
    }

    @Override
    public String name() {
        return "name-cleaning";
    }

    @Override
    public String duty() {
        return "Forgets names that were deleted long ago";
    }

    @Override
    public Duration step(Instant now) {
        if (inventory.forgetDeletions(LocalNames.forgottenBelow(now), BATCH) == BATCH) {
            return Duration.ZERO;
        }
        List<NodeId> gone = inventory.creditors().stream()
                .filter(node -> !network.isReachable(node) && !network.placement().contains(node)).toList();
        if (!gone.isEmpty()) {
            inventory.writeOff(gone);
        }
        return INTERVAL;
    }
}
