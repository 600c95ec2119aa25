package apidrive.peer;

import apidrive.wire.NodeId;

/** What one node holds of another, without the announcement: enough to see whether the lists differ. */
record Row(NodeId id, long sequence, Observed observed) {
    static Row of(Entry entry) {
        return new Row(entry.announcement().id(), entry.announcement().sequence(), entry.observed());
    }
}
