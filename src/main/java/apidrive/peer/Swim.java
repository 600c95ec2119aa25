package apidrive.peer;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Finds out who is alive and spreads it: SWIM with Lifeguard. Pure: whoever drives it hands in the time, sends the
 * calls it returns and hands back their outcomes. {@code nanos} is any monotonic clock, always the same one
 * ({@code System.nanoTime()}); a gap longer than a period is taken for a pause of this process, for which nobody else
 * is suspected. Threads may share it; no method blocks but {@link #settle}.
 */
public final class Swim {
    /**
     * Announces this node with a sequence above {@code lastSequence} (0 when none is known) and puts it into the table.
     *
     * @param persist told of every new announcement of this node before it is sent anywhere, with Swim's lock held
     * @param vitals what acks tell of this node
     */
    public Swim(SwimSettings settings, NodeKey key, String network, Profile profile, long lastSequence,
                MemberTable table, Admission admission, Refusals refusals, RandomGenerator random,
                Consumer<Announcement> persist, Supplier<Vitals> vitals, long nanos) {
        throw new UnsupportedOperationException();
    }

    public NodeId id() {
        throw new UnsupportedOperationException();
    }

    /** The newest announcement of this node. */
    public Announcement self() {
        throw new UnsupportedOperationException();
    }

    /** Announces this node anew if the profile differs from what was announced last. */
    public void announce(Profile profile) {
        throw new UnsupportedOperationException();
    }

    /** Does what is due. Call it every tenth of a period or when {@link #untilDue} has passed, whichever is sooner. */
    public List<Call> tick(long nanos) {
        throw new UnsupportedOperationException();
    }

    /** How long until {@link #tick} has something to do; zero when it has now. */
    public Duration untilDue() {
        throw new UnsupportedOperationException();
    }

    /** The answer (status 200) to a call; a body that is malformed or another node's counts as failure. */
    public List<Call> replied(Call call, byte[] body, long nanos) {
        throw new UnsupportedOperationException();
    }

    /** A call was refused, timed out, or answered with another status than 200. */
    public List<Call> failed(Call call, long nanos) {
        throw new UnsupportedOperationException();
    }

    /** The answer to a ping. Throws MALFORMED, or NOT_FOUND when the ping is meant for another node. */
    public byte[] answer(byte[] ping, long nanos) {
        throw new UnsupportedOperationException();
    }

    /** Reads a ping-request: make the relay's call, if there is one, and hand its outcome to {@link #helped}. */
    public Relay help(byte[] pingRequest, long nanos) {
        throw new UnsupportedOperationException();
    }

    /** The answer to the ping-request: ack or nack. {@code reply} is empty when the call failed or was not made. */
    public byte[] helped(Relay relay, Optional<byte[]> reply, long nanos) {
        throw new UnsupportedOperationException();
    }

    /**
     * Admits the announcements that came in since: verifies signatures and asks the address check, which may wait for
     * a name service. Call it in a thread that may wait, after {@link #answer}, {@link #replied} and {@link #helped};
     * it returns at once when nothing came in.
     */
    public void settle(long nanos) {
        throw new UnsupportedOperationException();
    }

    /** Score of this node's own health, 0 (good) to 8; probes are slower by so many periods (Lifeguard §IV.A). */
    public int localHealth() {
        throw new UnsupportedOperationException();
    }
}
