package apidrive.peer;

import apidrive.wire.NodeId;
import java.net.URI;
import java.time.Duration;

/**
 * A request that {@link Swim} wants sent. Its outcome goes back to {@link Swim#replied} or {@link Swim#failed}, once.
 *
 * @param kind which route it goes to
 * @param to the node asked; whoever answers at the URL says in the answer who it is
 * @param url that node's URL, as announced
 * @param body at most {@link Message#MAX_BYTES}
 * @param timeout how long an answer is of use; then it has failed
 * @param number tells calls of one Swim apart
 */
public record Call(Kind kind, NodeId to, URI url, byte[] body, Duration timeout, long number) {
    /** The routes of membership. */
    public enum Kind {
        /** Answered by {@link Swim#answer}. */
        PING,
        /** Answered by {@link Swim#help} and {@link Swim#helped}. */
        PING_REQUEST
    }
}
