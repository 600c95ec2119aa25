package apidrive.peer;

/** What this node holds of another. The order is part of the binary form. */
public enum Observed {
    /** Answers, or nobody has said otherwise. */
    ALIVE,
    /** Failed to answer somebody; still used, until its time to object has passed. */
    SUSPECT,
    /** Did not object in time. */
    DEAD,
    /** Dead for so long that it is listed no more; only a newer announcement brings it back. */
    FORGOTTEN
}
