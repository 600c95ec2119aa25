package apidrive.peer;

import java.time.Duration;

/**
 * What one node tells another of a third in an {@link Exchange}.
 *
 * @param observed what the teller holds of it, for how long already: a duration, since clocks differ
 */
record Entry(Announcement announcement, Observed observed, Duration since) {
}
