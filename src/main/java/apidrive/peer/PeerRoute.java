package apidrive.peer;

import java.nio.ByteBuffer;
import java.util.List;

import apidrive.wire.NodeId;

/**
 * A call that peers make of this node: {@code POST /api/peer/…}, bytes in and bytes out. The envelope has been checked
 * when it is handled. Threads share it.
 */
public interface PeerRoute {
    /** Below the context, in lower case: {@code /api/peer/ping}. */
    String path();

    /** The longest body that is read; a longer one is refused with TOO_LARGE. */
    int mostBytes();

    /** Whether the sender must be on the list already. In an open network nothing proves that a sender is who it says it is. */
    default boolean isForMembers() {
        return true;
    }

    /** Answers the call, one part after another; what it throws is answered as its problem. */
    List<ByteBuffer> handle(NodeId sender, byte[] body);
}
