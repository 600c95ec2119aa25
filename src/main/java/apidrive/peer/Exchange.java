package apidrive.peer;

import java.util.Optional;

/**
 * Compares the whole list with another node and mends the difference both ways; the same conversation is how a node
 * joins. Threads may share it. Each side verifies what the other sends before it takes it.
 */
public final class Exchange {
    /** Most bytes of a request or an answer; read no more than that. */
    public static final int MAX_BYTES = 1 << 20;

    public Exchange(Swim swim, MemberTable table, Admission admission, Refusals refusals) {
        throw new UnsupportedOperationException();
    }

    /** Whom to compare with next, once every {@link SwimSettings#exchange}: mostly somebody alive, at times somebody
     * dead, so that two halves of a split network find each other again. Empty when nobody else is known. */
    public Optional<Member> partner() {
        throw new UnsupportedOperationException();
    }

    /** Begins a conversation with whoever answers at a URL: a partner's, or one to join through. */
    public Conversation begin() {
        throw new UnsupportedOperationException();
    }

    /** The answer to a request of another node's conversation. May wait for a name service. Throws MALFORMED. */
    public byte[] answer(byte[] request, long nanos) {
        throw new UnsupportedOperationException();
    }

    /** One side of a conversation: {@code while (c.request().isPresent()) c.take(post(c.request().get()), now)}. Used by
     * one thread at a time; given up at the first failure, nothing of what was taken is lost. */
    public interface Conversation {
        /** What to send next, at most {@link #MAX_BYTES}; empty when all has been said. */
        Optional<byte[]> request();

        /** The answer to it. May wait for a name service. Throws MALFORMED. */
        void take(byte[] answer, long nanos);

        /** Who answered; empty before the first answer. */
        Optional<Announcement> partner();
    }
}
