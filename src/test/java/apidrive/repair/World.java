package apidrive.repair;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import apidrive.chunk.Lease;
import apidrive.placement.Placement;
import apidrive.wire.NodeId;

/** All nodes of one run, the network between them, and what is wrong with it at present. */
final class World {
    private static final Lease LEASE = new Lease(Duration.ofDays(30));
    private static final int USUAL_COPIES = 3;
    private static final int USUAL_PACE = 15_000;
    private static final double GOSSIPING = Double.parseDouble(System.getProperty("apidrive.simulation.gossip", "0.04"));

    private record Way(SimulatedNode from, SimulatedNode to) {
    }

    final Timeline timeline;
    final Oracle oracle;
    final ClaimOracle claims;
    final List<SimulatedNode> nodes = new ArrayList<>();
    private final Map<NodeId, SimulatedNode> byId = new HashMap<>();
    private final Map<List<SimulatedNode>, Placement> placements = new HashMap<>();
    private final Set<Way> cut = new HashSet<>();
    private final boolean hasObjects;
    private final int bits;
    private final int zones;
    private final int firstNumber;
    private final boolean isClosed;
    private final boolean isGossiping;
    private final double bytesPerSecond;
    private Faults faults = Faults.NONE;
    private boolean isFaulty;
    private long deletions;

    /** {@code hasObjects}: users store objects there as well. */
    World(long seed, boolean hasObjects, Consumer<String> trace) {
        timeline = new Timeline(seed, trace);
        oracle = new Oracle(this);
        claims = new ClaimOracle(this);
        this.hasObjects = hasObjects;
        bits = 3 + timeline.random.nextInt(4);
        zones = 1 + timeline.random.nextInt(4);
        firstNumber = timeline.random.nextInt(40);
        isClosed = timeline.chance(0.75);
        isGossiping = timeline.chance(GOSSIPING);
        bytesPerSecond = timeline.chance(0.2) ? 2 : 1e9;
        int size = 1 + timeline.random.nextInt(7);
        for (int i = 0; i < size; i++) {
            join();
        }
        timeline.tell((isGossiping ? "gossip, " : "") + size + " nodes in " + zones + " zones, " + (1 << bits) + " parts, " + (isClosed ? "closed" : "open"));
    }

    /** A new node, with nothing on its disk. */
    SimulatedNode join() {
        int number = nodes.size();
        double weight = timeline.chance(0.2) ? 1 + timeline.random.nextInt(3) : 1;
        SimulatedNode node = new SimulatedNode(number, firstNumber + number, this, "zone " + timeline.random.nextInt(zones), weight);
        nodes.add(node);
        byId.put(node.id, node);
        return node;
    }

    SimulatedNode node(NodeId id) {
        return byId.get(id);
    }

    /** Those that are not gone for good, up or down. */
    List<SimulatedNode> members() {
        return nodes.stream().filter(node -> !node.isGone).toList();
    }

    List<SimulatedNode> up() {
        return nodes.stream().filter(SimulatedNode::isUp).toList();
    }

    /** Where chunks belong while these are the ones that take them; the same object for the same ones. */
    Placement placement(List<SimulatedNode> placed) {
        return placements.computeIfAbsent(List.copyOf(placed),
                some -> Placement.of(bits, some.stream().map(node -> node.server).toList()));
    }

    /** Where they truly belong. */
    Placement placement() {
        return placement(members().stream().filter(SimulatedNode::offersRoom).toList());
    }

    /** Whether what one sends gets to the other. */
    boolean connects(SimulatedNode from, SimulatedNode to) {
        return from == to || !cut.contains(new Way(from, to));
    }

    void cut(SimulatedNode from, SimulatedNode to) {
        cut.add(new Way(from, to));
    }

    void mend() {
        cut.clear();
    }

    void crash(SimulatedNode node) {
        timeline.tell(node + " crashes");
        node.stop();
    }

    Faults faults() {
        return faults;
    }

    /** While faults are allowed at all, nodes also err about each other. */
    boolean isFaulty() {
        return isFaulty;
    }

    void faults(Faults now, boolean areAllowed) {
        faults = now;
        isFaulty = areAllowed;
    }

    Lease lease() {
        return LEASE;
    }

    int copies() {
        return USUAL_COPIES;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether nodes know each other by the real membership. */
    boolean isGossiping() {
        return isGossiping;
    }

    /** Whether holders claim chunks in it, and end. */
    boolean hasObjects() {
        return hasObjects;
    }

    /** The number of a new deletion. */
    long deletion() {
        return ++deletions;
    }

    int bits() {
        return bits;
    }

    double bytesPerSecond() {
        return isFaulty ? bytesPerSecond : 1e9;
    }

    /** Milliseconds between two steps of an idle job: coarser than a real node's, for the sake of many runs. */
    int pace() {
        return USUAL_PACE;
    }
}
