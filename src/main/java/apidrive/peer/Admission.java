package apidrive.peer;

import java.util.Optional;

/** Decides which announcements of others may enter. Threads may share it. */
@FunctionalInterface
public interface Admission {
    /** The announcement to keep, or an equal one held already; empty when it is refused, which has been counted. */
    Optional<Announcement> admit(Announcement announcement);
}
