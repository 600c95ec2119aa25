package apidrive.name;

import apidrive.wire.NodeId;

/** The way to the names of all nodes, this one among them. */
interface NamePeers {
    /** The shelf of that node; whether it can be reached shows when it is used. */
    NameShelf shelf(NodeId node);
}
