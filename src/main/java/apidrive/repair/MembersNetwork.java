package apidrive.repair;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import apidrive.peer.Declared;
import apidrive.peer.Member;
import apidrive.peer.MemberTable;
import apidrive.peer.Observed;
import apidrive.placement.Placement;
import apidrive.wire.NodeId;

/** The network that the table of members shows. What follows from all of them is made again only when it changes. */
public final class MembersNetwork implements Network {
    /** What follows from the whole table at one of its revisions, and the addresses that were asked for since. */
    private record View(long version, long revision, long madeNanos, Placement placement, Set<NodeId> reachable, Set<NodeId> away, int size,
            Map<NodeId, Optional<URI>> urls) {
        private View(long version, long revision, Placement placement, Set<NodeId> reachable, Set<NodeId> away, int size) {
            this(version, revision, System.nanoTime(), placement, reachable, away, size, new ConcurrentHashMap<>());
        }

        /** Of a large network a view may be a second old: to look at all of it takes a while, and something always changes. */
        private boolean isGood(long now) {
            return revision == now || reachable.size() > LARGE && System.nanoTime() - madeNanos < LARGE_FOR_NANOS;
        }
    }

    private static final int LARGE = 4_096;
    private static final long LARGE_FOR_NANOS = 1_000_000_000;

    private final NodeId self;
    private final MemberTable members;
    private final int partitionBits;
    private final boolean isClosed;
    private final Supplier<Declared> declared;
    private volatile View view = new View(-1, -1, Placement.of(0, List.of()), Set.of(), Set.of(), 1);

    /** {@code declared} is this node's own state. */
    public MembersNetwork(NodeId self, MemberTable members, int partitionBits, boolean isClosed, Supplier<Declared> declared) {
        this.self = self;
        this.members = members;
        this.partitionBits = partitionBits;
        this.isClosed = isClosed;
        this.declared = declared;
    }

    @Override
    public NodeId self() {
        return self;
    }

    @Override
    public Placement placement() {
        return view().placement();
    }

    @Override
    public boolean isReachable(NodeId node) {
        return node.equals(self) || view().reachable().contains(node);
    }

    @Override
    public Collection<NodeId> reachable() {
        return view().reachable();
    }

    @Override
    public Collection<NodeId> away() {
        return view().away();
    }

    @Override
    public int size() {
        return view().size();
    }

    @Override
    public Optional<URI> url(NodeId node) {
        return view().urls().computeIfAbsent(node, known -> members.find(known).map(member -> member.profile().url()));
    }

    @Override
    public double load(NodeId node) {
        return members.find(node).flatMap(Member::vitals).map(vitals -> (double) vitals.load()).orElse(0.0);
    }

    @Override
    public boolean takesChunks() {
        return declared.get() == Declared.ACTIVE;
    }

    @Override
    public boolean isDraining() {
        return declared.get() == Declared.DRAINING;
    }

    @Override
    public boolean isClosed() {
        return isClosed;
    }

    private View view() {
        View seen = view;
        return seen.isGood(members.revision()) ? seen : look();
    }

    private synchronized View look() {
        long version = members.version();
        long revision = members.revision();
        if (view.isGood(revision)) {
            return view;
        }
        List<Placement.Server> servers = new ArrayList<>();
        Set<NodeId> reachable = new HashSet<>();
        Set<NodeId> away = new HashSet<>();
        int counted = 0;
        List<Member> page = members.page(NodeId.LOWEST, MemberTable.MAX_PAGE);
        while (!page.isEmpty()) {
            for (Member member : page) {
                if (member.placed()) {
                    servers.add(new Placement.Server(member.id(), member.profile().zone(), member.profile().weight()));
                }
                if (member.reachable() && !member.id().equals(self)) {
                    reachable.add(member.id());
                }
                if (member.observed() == Observed.DEAD && member.profile().declared() != Declared.LEFT) {
                    away.add(member.id());
                }
                counted += member.profile().offersRoom() ? 1 : 0;
            }
            page = members.page(page.get(page.size() - 1).id(), MemberTable.MAX_PAGE);
        }
        view = new View(version, revision, view.version() == version ? view.placement() : Placement.of(partitionBits, servers),
                Set.copyOf(reachable), Set.copyOf(away), Math.max(1, counted));
        return view;
    }
}
