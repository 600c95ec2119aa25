package apidrive.peer;

/** Why something that a peer sent was not taken. */
public enum Refusal {
    /** The announcement is not signed by its node for this network. */
    WRONG_SIGNATURE,
    /** Something newer is known of the node. */
    OLDER_SEQUENCE,
    /** A rumour about a node, or a sequence of it, of which no announcement is known here. */
    UNKNOWN_NODE,
    /** The call names another network. */
    FOREIGN_NETWORK,
    /** The call's node has ids fall into more or fewer parts, and so places chunks elsewhere. */
    OTHER_PARTITIONS,
    /** The call of a closed network is not made with its key. */
    WRONG_KEY,
    /** The announced URL leads where peers are not called. */
    FORBIDDEN_ADDRESS,
    /** No room for another member: {@link MemberTable#MAX_MEMBERS}. */
    TABLE_FULL,
    /** Not what was agreed, or too much of it. */
    MALFORMED
}
