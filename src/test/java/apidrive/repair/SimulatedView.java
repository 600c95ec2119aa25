package apidrive.repair;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import apidrive.placement.Placement;
import apidrive.wire.NodeId;

/**
 * What one node holds of the others: true a while ago at best, and wrong now and then. A stand-in for gossip that is cheap
 * enough for thousands of runs.
 */
final class SimulatedView implements View {
    private static final long HEAL_DELAY_MILLIS = 600_000;
    private static final double WRONGED = 0.05;  // the share of looks at a node that take it for dead while it is not

    private final SimulatedNode self;
    private static final int LOOK_MILLIS = 30_000;

    private final Life life;
    private final World world;
    private final Map<NodeId, Long> silentSince = new HashMap<>();
    private final Set<NodeId> reachable = new HashSet<>();
    private Placement placement;
    private int size = 1;

    SimulatedView(SimulatedNode self, Life life, World world) {
        this.self = self;
        this.life = life;
        this.world = world;
        look();
    }

    @Override
    public void begin() {
        life.later(world.timeline.between(LOOK_MILLIS / 10, LOOK_MILLIS * 2), () -> {
            look();
            begin();
        });
    }

    /** Takes notice of how things are; while faults go on, not always rightly. */
    @Override
    public void look() {
        Timeline timeline = world.timeline;
        List<SimulatedNode> placed = new ArrayList<>();
        int counted = 0;
        for (SimulatedNode node : world.members()) {
            boolean answers = node == self || world.connects(self, node) && node.answers()
                    && !(world.isFaulty() && timeline.chance(WRONGED));
            if (answers) {
                silentSince.remove(node.id);
                reachable.add(node.id);
            } else {
                silentSince.putIfAbsent(node.id, timeline.millis());
                reachable.remove(node.id);
            }
            if (node.offersRoom()) {
                counted++;
                if (answers || timeline.millis() - silentSince.get(node.id) <= HEAL_DELAY_MILLIS) {
                    placed.add(node);
                }
            }
        }
        Set<NodeId> known = new HashSet<>();
        world.members().forEach(node -> known.add(node.id));
        reachable.retainAll(known);
        size = Math.max(1, counted);
        placement = world.placement(placed);
    }

    @Override
    public NodeId self() {
        return self.id;
    }

    @Override
    public Placement placement() {
        return placement;
    }

    @Override
    public boolean isReachable(NodeId node) {
        return node.equals(self.id) || reachable.contains(node);
    }

    @Override
    public Collection<NodeId> reachable() {
        return reachable.stream().filter(node -> !node.equals(self.id)).sorted().toList();
    }

    @Override
    public Collection<NodeId> away() {
        return List.of();  // of which nothing that is simulated asks
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Optional<URI> url(NodeId node) {
        return world.node(node).isGone ? Optional.empty() : Optional.of(URI.create("http://" + world.node(node) + ".example"));
    }

    @Override
    public double load(NodeId node) {
        return 0;
    }

    @Override
    public boolean takesChunks() {
        return self.offersRoom();
    }

    @Override
    public boolean isDraining() {
        return self.isDraining;
    }

    @Override
    public boolean isClosed() {
        return world.isClosed();
    }
}
