package apidrive.peer;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.Optional;

/**
 * One node as this node knows it at one moment. Durations are of this node's own clock.
 *
 * @param announcement its newest, verified
 * @param observed what this node holds of it
 * @param since how long it has been so
 * @param heard how long ago it answered this node itself or a newer announcement of it came; empty when neither
 *     happened since this node started
 * @param vitals as it told this node itself last; empty when it has not
 * @param placed whether placement counts it in: it offers room and is not dead for longer than the heal delay
 */
public record Member(Announcement announcement, Observed observed, Duration since, Optional<Duration> heard,
                     Optional<Vitals> vitals, boolean placed) {
    public NodeId id() {
        return announcement.id();
    }

    public long sequence() {
        return announcement.sequence();
    }

    public Profile profile() {
        return announcement.profile();
    }

    /** Whether it is worth a call: alive or suspect, and it has not left. */
    public boolean reachable() {
        return (observed == Observed.ALIVE || observed == Observed.SUSPECT)
                && profile().declared() != Declared.LEFT;
    }
}
