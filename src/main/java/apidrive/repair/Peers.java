package apidrive.repair;

import apidrive.wire.NodeId;

/** The way to the other nodes' shelves. */
public interface Peers {
    /** The shelf of that node; whether it can be reached shows when it is used. */
    Shelf shelf(NodeId node);
}
