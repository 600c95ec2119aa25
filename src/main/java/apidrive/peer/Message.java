package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.List;

/** What nodes say to each other to find out who is alive, each with rumours on its back. */
public sealed interface Message {
    /** Most bytes that are read of any message; what is sent stays far below. */
    int MAX_BYTES = 16_384;

    NodeId from();

    List<Rumour> rumours();

    /**
     * Are you there?
     *
     * @param from who asks
     * @param sequence of the asker's announcement
     * @param to who should answer: another node may have taken over its address
     * @param known the newest sequence of {@code to} that the asker knows
     */
    record Ping(NodeId from, long sequence, NodeId to, long known, List<Rumour> rumours) implements Message {
    }

    /**
     * I am.
     *
     * @param from who answers
     * @param sequence of its announcement
     * @param vitals how it fares
     */
    record Ack(NodeId from, long sequence, Vitals vitals, List<Rumour> rumours) implements Message {
    }

    /**
     * Ping this node for me.
     *
     * @param target whom to ping
     * @param known the newest sequence of {@code target} that the asker knows
     * @param millis the answer, ack or nack, should be under way after so many milliseconds
     */
    record PingRequest(NodeId from, NodeId target, long known, int millis, List<Rumour> rumours) implements Message {
    }

    /** I did, and {@code target} has not answered; so it is not you who is cut off. */
    record Nack(NodeId from, NodeId target, List<Rumour> rumours) implements Message {
    }
}
