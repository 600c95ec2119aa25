package apidrive.repair;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import apidrive.chunk.ChunkInfo;
import apidrive.chunk.Lease;
import apidrive.problem.Problem;
import apidrive.wire.NodeId;

/** One chunk on its way to several nodes: to as many as are promised at once, to the others with the next that goes there. */
final class Sending {
    private final Fresh fresh;
    private final List<NodeId> holders;
    private final Network network;
    private final Delivery delivery;
    private final Receipts receipts;
    private final ChunkInfo info;
    private final List<NodeId> confirmed = new ArrayList<>();
    private final Deque<NodeId> untold = new ArrayDeque<>();
    private final Set<NodeId> keepers = new HashSet<>();
    private final List<NodeId> unawaited = new ArrayList<>();
    private Spread spread;
    private NodeId noting;
    private NodeId noted;

    /** {@code holders} are the nodes where the chunk belongs. */
    Sending(Fresh fresh, Lease lease, List<NodeId> holders, Network network, Delivery delivery, Receipts receipts) {
        this.fresh = fresh;
        this.holders = holders;
        this.network = network;
        this.delivery = delivery;
        this.receipts = receipts;
        this.info = new ChunkInfo(fresh.chunk().id(), fresh.chunk().digest(), fresh.chunk().size(), lease.from(fresh.began()).until());
    }

    /** Sends it to {@code targets}, and to {@code standIns} for those that fail, or are silent when {@code later} runs its task. */
    CompletableFuture<Stored> to(List<NodeId> targets, List<NodeId> standIns, Executor later) {
        int promised = Math.min(fresh.wish().ack(), network.size());
        spread = new Spread(promised, standIns, this::send);
        selfFirst(targets).stream().skip(promised).forEach(unawaited::add);
        noting = targets.contains(network.self()) || targets.isEmpty() ? network.self() : targets.get(0);
        spread.begin(targets);
        CompletableFuture<List<NodeId>> acknowledged = spread.acknowledged();
        if (!acknowledged.isDone()) {
            Hurry hurry = new Hurry(spread);
            acknowledged.whenComplete((nodes, failure) -> hurry.spread = null);
            later.execute(hurry);
        }
        return acknowledged.thenApply(nodes -> new Stored(info, selfFirst(nodes)));
    }

    private void send(NodeId node) {
        delivery.deliver(node, fresh, notes(node) ? owedBeside(node) : List.of(), !unawaited.contains(node))
                .whenComplete((refusal, thrown) -> arrived(node, refusal, thrown));
    }

    /** Whether it is told what is owed with the chunk; who stands in always is. */
    private synchronized boolean notes(NodeId node) {
        return node.equals(noting) || !holders.contains(node);
    }

    private synchronized List<NodeId> owedBeside(NodeId node) {
        return holders.stream().filter(holder -> !holder.equals(node) && !keepers.contains(holder)).toList();
    }

    private void arrived(NodeId node, Optional<Problem> refusal, Throwable thrown) {
        boolean isKept = thrown == null && refusal.isEmpty();
        if (isKept) {
            confirm(node);
        }
        noterAfter(node, isKept).ifPresent(this::tell);
        if (isKept) {
            spread.kept(node);
            return;
        }
        unawaited.forEach(delivery::hasten);
        if (thrown == null) {
            spread.refused(node, refusal.get());
        } else {
            spread.failed(node, thrown instanceof CompletionException && thrown.getCause() != null
                    ? thrown.getCause() : thrown);
        }
    }

    /** What a holder confirmed is struck off once it is known that it was noted. */
    private synchronized void confirm(NodeId node) {
        noted = noted == null && notes(node) ? node : noted;
        confirmed.add(node);
        if (noted != null) {
            confirmed.stream().filter(holder -> !holder.equals(noted))
                    .forEach(holder -> receipts.add(noted, new Made(info.id(), holder)));
            confirmed.clear();
        }
    }

    /** Who keeps the chunk and is to be told what is owed, since whoever was to note it failed; mostly nobody. */
    private synchronized Optional<NodeId> noterAfter(NodeId node, boolean isKept) {
        if (isKept) {
            noting = notes(node) ? node : noting;
            keepers.add(node);
            untold.add(node);
        } else if (node.equals(noting)) {
            noting = null;
        }
        if (noting != null) {
            return Optional.empty();
        }
        noting = untold.poll();
        return Optional.ofNullable(noting);
    }

    /** Sends the chunk once more, for the sake of what comes with it. */
    private void tell(NodeId node) {
        List<NodeId> owed = owedBeside(node);
        if (owed.isEmpty()) {
            return;
        }
        delivery.deliver(node, fresh, owed, true).whenComplete((refusal, thrown) -> {
            if (thrown != null || refusal.isPresent()) {
                noterAfter(node, false).ifPresent(this::tell);
            }
        });
    }

    private List<NodeId> selfFirst(List<NodeId> nodes) {
        List<NodeId> ordered = new ArrayList<>(nodes);
        if (ordered.remove(network.self())) {
            ordered.add(0, network.self());
        }
        return ordered;
    }

    /** Finds stand-ins for those who are silent. What is acknowledged is let go of, since it holds the chunk. */
    private static final class Hurry implements Runnable {
        private volatile Spread spread;

        private Hurry(Spread spread) {
            this.spread = spread;
        }

        @Override
        public void run() {
            Spread waiting = spread;
            if (waiting != null) {
                waiting.hurry();
            }
        }
    }
}
