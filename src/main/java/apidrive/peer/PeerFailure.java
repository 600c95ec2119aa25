package apidrive.peer;

/** A peer was not spoken to, or gave no answer that could be used. What it answers as a problem is a ProblemException instead. */
public final class PeerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** Its URL or one of its addresses is none that this node speaks to. */
        REFUSED,
        /** Its name is not known, nobody listens, or the connection broke off. */
        UNREACHABLE,
        /** No whole answer in the time given. */
        TIMED_OUT,
        /** The answer is longer than was asked for. */
        TOO_LONG,
        /** What answers is no node of this network: a redirect, a page, an answer that the shared key does not prove. */
        NOT_A_PEER
    }

    private final Kind kind;

    /** {@code cause} may be null. */
    public PeerFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
