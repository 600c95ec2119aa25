package apidrive.repair;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import apidrive.wire.NodeId;

/** How far a simulated node asked others. */
final class MemoryHeardEnds implements HeardEnds {
    private final Map<NodeId, Last> rows;

    MemoryHeardEnds(Map<NodeId, Last> rows) {
        this.rows = new HashMap<>(rows);
    }

    /** The same, from now on apart. */
    MemoryHeardEnds copy() {
        return new MemoryHeardEnds(rows);
    }

    @Override
    public Optional<Last> last(NodeId node) {
        return Optional.ofNullable(rows.get(node));
    }

    @Override
    public void note(NodeId node, Last last) {
        rows.put(node, last);
    }

    @Override
    public void forget(NodeId node) {
        rows.remove(node);
    }
}
