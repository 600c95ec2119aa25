package apidrive.peer;

/** What a node says of its own willingness. The order is part of the binary form. */
public enum Declared {
    /** Stores and serves. */
    ACTIVE,
    /** Serves what it has and takes nothing new. */
    READ_ONLY,
    /** Hands over what it has, to be switched off. */
    DRAINING,
    /** Gone for good or until it announces itself again; nobody probes it. */
    LEFT
}
