package apidrive.peer;

import apidrive.wire.NodeId;

/** News of one node, passed on until everybody is likely to have it. */
public sealed interface Rumour {
    /** Whom it is about. */
    NodeId about();

    /** Of the announcement it speaks of. */
    long sequence();

    /** A node's own words. */
    record Announced(Announcement announcement) implements Rumour {
        @Override
        public NodeId about() {
            return announcement.id();
        }

        @Override
        public long sequence() {
            return announcement.sequence();
        }
    }

    /** {@code by} got no answer from it. */
    record Suspected(NodeId about, long sequence, NodeId by) implements Rumour {
    }

    /** It did not object to being suspected, says {@code by}. */
    record Died(NodeId about, long sequence, NodeId by) implements Rumour {
    }
}
