package apidrive.repair;

import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import apidrive.placement.Placement;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** Five servers that take chunks, and a sixth that looks at them and takes none. */
final class SmallNetwork implements Network {
    static final NodeId SELF = node(9);

    final Set<NodeId> away = new TreeSet<>();
    final Map<NodeId, Double> loads = new HashMap<>();
    int size = 5;
    private final Placement placement = Placement.of(0, List.of(1, 2, 3, 4, 5).stream()
            .map(number -> new Placement.Server(node(number), "", 1)).toList());

    static NodeId node(int number) {
        return new NodeId(new UUID(number, number));
    }

    /** The servers, the one first that a chunk belongs on first. */
    List<NodeId> ranking() {
        return placement.ranking(placement.part(ChunkId.LOWEST));
    }

    @Override
    public NodeId self() {
        return SELF;
    }

    @Override
    public Placement placement() {
        return placement;
    }

    @Override
    public boolean isReachable(NodeId node) {
        return !away.contains(node);
    }

    @Override
    public Collection<NodeId> reachable() {
        return ranking().stream().filter(this::isReachable).toList();
    }

    @Override
    public Collection<NodeId> away() {
        return ranking().stream().filter(node -> !isReachable(node)).toList();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Optional<URI> url(NodeId node) {
        return Optional.of(URI.create("http://" + node + ".example"));
    }

    @Override
    public double load(NodeId node) {
        return loads.getOrDefault(node, 0.0);
    }

    @Override
    public boolean takesChunks() {
        return false;
    }

    @Override
    public boolean isDraining() {
        return false;
    }

    @Override
    public boolean isClosed() {
        return true;
    }
}
