package apidrive.name;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.job.Job;
import apidrive.job.Progress;
import apidrive.placement.Placement;
import apidrive.problem.ProblemException;
import apidrive.repair.Network;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * Compares the names that belong here with those that each other server keeps, first by sums of parts and then by marks, and takes
 * what is lacking. Every node does so for itself, so all differences are mended both ways. One step is one server.
 */
final class NameSync implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(NameSync.class);
    private static final Duration INTERVAL = Duration.ofMinutes(10);  // of a round through all servers
    /** After a change of the placement: what was still on its way in the first round is seen by a second. */
    private static final Duration AGAIN = Duration.ofSeconds(15);
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Network network;
    private final Holders holders;
    private final NamePeers peers;
    private final LocalNames own;
    private final NameInventory inventory;
    private final Random random;
    private final LongAdder taken = new LongAdder();
    private final Deque<NodeId> left = new ArrayDeque<>();
    private Placement compared;
    private Instant due = Instant.MIN;
    private int inRound;

    NameSync(Network network, Holders holders, NamePeers peers, LocalNames own, NameInventory inventory, Random random) {
        this.network = network;
        this.holders = holders;
        this.peers = peers;
        this.own = own;
        this.inventory = inventory;
        this.random = random;
    }

    @Override
    public String name() {
        return "name-sync";
    }

    @Override
    public String duty() {
        return "Compares this server's names with every other server's, and takes those that are missing here";
    }

    /** Records taken from others since the start. */
    long taken() {
        return taken.sum();
    }

    @Override
    public synchronized Optional<Progress> progress() {
        return left.isEmpty() ? Optional.empty() : Optional.of(new Progress(inRound - left.size(), inRound, "servers"));
    }

    @Override
    public Duration step(Instant now) {
        Optional<NodeId> peer = next(now);
        if (peer.isEmpty()) {
            return IDLE;
        }
        try {
            compare(peers.shelf(peer.get()), now);
        } catch (ProblemException e) {
            LOG.info("names not compared with server {}: {}", peer.get(), e.detail());
        }
        return Duration.ZERO;
    }

    /** The server to compare with now; at the end of a round none until the next is due. */
    private synchronized Optional<NodeId> next(Instant now) {
        boolean isChanged = compared != network.placement();
        if (left.isEmpty() && (isChanged || !now.isBefore(due) || due.isAfter(now.plus(INTERVAL)))) {
            compared = network.placement();
            List<NodeId> order = new ArrayList<>(new TreeSet<>(network.reachable()));
            Collections.shuffle(order, random);
            left.addAll(order);
            inRound = order.size();
            due = now.plus(isChanged ? AGAIN : INTERVAL);
        }
        return Optional.ofNullable(left.poll());
    }

    private void compare(NameShelf shelf, Instant now) {
        Map<IdPrefix, NamePart> mine = new HashMap<>();
        inventory.parts(compared.bits()).forEach(part -> mine.put(part.part(), part));
        List<IdPrefix> different = Calls.join(shelf.parts(compared.bits())).stream()
                .filter(part -> isMine(part.part()) && !part.equals(mine.get(part.part()))).map(NamePart::part).sorted().toList();
        for (int from = 0; from < different.size(); from += NameShelf.MOST_PARTS) {
            look(shelf, different.subList(from, Math.min(different.size(), from + NameShelf.MOST_PARTS)), now);
        }
    }

    private boolean isMine(IdPrefix part) {
        int rank = compared.rank(part, network.self());
        return rank >= 0 && rank < holders.copies();
    }

    private void look(NameShelf shelf, List<IdPrefix> within, Instant now) {
        NameMark after = NameMark.LOWEST;
        List<NameMark> page;
        do {
            page = Calls.join(shelf.marks(within, after));
            if (!page.isEmpty()) {
                after = page.get(page.size() - 1);
                List<NameMark> lacking = inventory.unknown(page);
                for (int from = 0; from < lacking.size(); from += NameShelf.MOST) {
                    taken.add(own.take(Calls.join(shelf.records(lacking.subList(from, Math.min(lacking.size(), from + NameShelf.MOST)))), now));
                }
            }
        } while (page.size() == NameShelf.MOST_MARKS);
    }
}
