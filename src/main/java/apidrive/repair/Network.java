package apidrive.repair;

import java.net.URI;
import java.util.Collection;
import java.util.Optional;

import apidrive.placement.Placement;
import apidrive.wire.NodeId;

/** The network as this node sees it now. Threads share it. */
public interface Network {
    /** This node. */
    NodeId self();

    /** Where chunks belong; the same object while nothing that matters to it has changed. */
    Placement placement();

    /** Whether the node is thought to answer: neither dead nor left. This node itself is. */
    boolean isReachable(NodeId node);

    /** The other nodes that are thought to answer, in no order. */
    Collection<NodeId> reachable();

    /** The other nodes that do not answer and may come back, in no order. */
    Collection<NodeId> away();

    /** Nodes that a promise counts on: all that take chunks, whether they answer now or not, this one included; at least 1. */
    int size();

    /** How others reach the node; empty where it is not known any more. */
    Optional<URI> url(NodeId node);

    /** How busy the node last said it was, 0 idle to 1 full; 0 where it never said. */
    double load(NodeId node);

    /** Whether this node takes new chunks: it neither drains nor is read-only. */
    boolean takesChunks();

    /** Whether this node is to hand over what it keeps, so that it may be switched off. */
    boolean isDraining();

    /** Whether its members share a key, so that one may tell another to delete. */
    boolean isClosed();
}
